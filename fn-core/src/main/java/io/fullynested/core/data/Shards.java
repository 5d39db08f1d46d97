package io.fullynested.core.data;

import io.fullynested.api.data.Target;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The pictures in some files of one folder that hold many each, and what is said of the class of each. Of an image some 200 bytes are held, not its own.
 *
 * @param labels of the pictures; empty if none is wanted
 */
record Shards(Path folder, List<PictureFile> pictures, List<String> labels) {

    private static final String NUMBER = "\\d{1,9}";

    /**
     * Looks through shards.
     *
     * @throws UnreadableException if one cannot be read, there is no picture, or one without a class
     */
    static Shards read(Path folder, List<Path> shards, boolean labelled, ShardFormat format) throws IOException {
        List<PictureFile> pictures = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        Map<String, String> known = new HashMap<>();
        for (Path shard : shards) {
            for (ShardFormat.Sample one : format.samples(shard, labelled)) {
                pictures.add(new PictureFile(one.file(), one.name(), one.from(), one.size()));
                if (labelled) {
                    labels.add(known.computeIfAbsent(one.label(), text -> text));
                }
            }
        }
        ImageFiles.require(pictures, folder, shards.isEmpty() ? "in it, nor a " + format.ending() + " file" : "in its archives");
        return new Shards(folder, pictures, labels);
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
