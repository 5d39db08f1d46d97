package io.fullynested.core.data;

import io.fullynested.api.data.Target;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The pictures in some archives of one folder, and what is said of the class of each. Of an image some 200 bytes are held, not its own.
 *
 * @param labels of the pictures; empty if none is wanted
 */
record TarShards(Path folder, List<PictureFile> pictures, List<String> labels) {

    private static final String CLASS = ".cls";
    private static final String NUMBER = "\\d{1,9}";

    /**
     * Looks through archives.
     *
     * @throws UnreadableException if one cannot be read, there is no picture, or one without a class
     */
    static TarShards read(Path folder, List<Path> archives, boolean labelled) throws IOException {
        List<PictureFile> pictures = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        Map<String, String> known = new HashMap<>();
        for (Path archive : archives) {
            Map<String, PictureFile> inside = new LinkedHashMap<>();
            Map<String, String> classes = new HashMap<>();
            for (TarFile.Entry entry : TarFile.entries(archive)) {
                PictureFile file = new PictureFile(archive, entry.name(), entry.from(), entry.size());
                if (!entry.name().substring(entry.name().lastIndexOf('/') + 1).startsWith(".") && PictureFile.isNamedAsPicture(entry.name())) {
                    if (inside.putIfAbsent(sample(entry.name()), file) != null) {
                        throw new UnreadableException(file.path(), "another picture of the same sample, " + inside.get(sample(entry.name())).entry());
                    }
                } else if (labelled && entry.name().endsWith(CLASS)) {
                    classes.put(sample(entry.name()), new String(file.bytes(), StandardCharsets.UTF_8).strip());
                }
            }
            for (Map.Entry<String, PictureFile> one : inside.entrySet()) {
                pictures.add(one.getValue());
                if (labelled) {
                    String label = classes.getOrDefault(one.getKey(), folderOf(one.getKey()));
                    if (label.isEmpty()) {
                        throw new UnreadableException(one.getValue().path(), "nothing says of which class it is. Maybe " + sample(one.getKey()) + CLASS + " is missing?");
                    }
                    labels.add(known.computeIfAbsent(label, text -> text));
                }
            }
        }
        ImageFiles.require(pictures, folder, archives.isEmpty() ? "in it, nor a .tar file" : "in its archives");
        return new TarShards(folder, pictures, labels);
    }

    /** The name up to the first point behind the folders. */
    private static String sample(String name) {
        int point = name.indexOf('.', name.lastIndexOf('/') + 1);
        return point < 0 ? name : name.substring(0, point);
    }

    /** The folder that a sample lies in; empty if in none. */
    private static String folderOf(String sample) {
        String[] folders = sample.split("/");
        return folders.length < 2 ? "" : folders[folders.length - 2];
    }

    /**
     * The names of the classes, by label: those that are given; numbers as they are, if all are numbers; or names, sorted.
     *
     * @throws UnreadableException if none are given and numbers do not count from 0
     */
    List<String> names(List<String> given) throws UnreadableException {
        List<String> distinct = labels.stream().distinct().toList();
        if (distinct.stream().allMatch(label -> label.matches(NUMBER))) {
            return Labels.names(given, distinct.stream().mapToInt(Integer::parseInt).toArray(), folder);
        }
        return given.isEmpty() ? distinct.stream().sorted(Comparator.naturalOrder()).toList() : given;
    }

    /**
     * The pictures as a data set.
     *
     * @param names of the classes; empty if none is wanted
     * @throws UnreadableException naming the first picture whose class is none of them
     */
    ImageFiles files(List<String> names) throws UnreadableException {
        if (names.isEmpty()) {
            return new ImageFiles(pictures, Target.nothing(), (index, into, from) -> { }, List.of());
        }
        Map<String, Integer> numbers = new HashMap<>();
        IntStream.range(0, names.size()).forEach(i -> numbers.putIfAbsent(names.get(i), i));
        int[] labelled = new int[pictures.size()];
        for (int i = 0; i < labelled.length; i++) {
            String label = labels.get(i);
            Integer number = label.matches(NUMBER) && Integer.parseInt(label) < names.size() && !numbers.containsKey(label) ? Integer.valueOf(label) : numbers.get(label);
            if (number == null) {
                throw new UnreadableException(pictures.get(i).path(), "its class is '" + label + "', and there is none of this name; there are " + names);
            }
            labelled[i] = number;
        }
        return new ImageFiles(pictures, Target.classes(names), (index, into, from) -> into[from] = labelled[index], List.of());
    }
}
