package io.fullynested.core.data;

import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Archives in which files with one name up to the first point are a sample: the picture, and its class as text; or a folder is its class. */
final class TarShards implements ShardFormat {

    private static final String CLASS = ".cls";

    @Override
    public String ending() {
        return ".tar";
    }

    @Override
    public List<Sample> samples(Path archive, boolean labelled) throws IOException {
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
        List<Sample> samples = new ArrayList<>();
        for (Map.Entry<String, PictureFile> one : inside.entrySet()) {
            PictureFile picture = one.getValue();
            String label = labelled ? classes.getOrDefault(one.getKey(), folderOf(one.getKey())) : "";
            if (labelled && label.isEmpty()) {
                throw new UnreadableException(picture.path(), "nothing says of which class it is. Maybe " + sample(one.getKey()) + CLASS + " is missing?");
            }
            samples.add(new Sample(picture.entry(), archive, picture.from(), picture.size(), label));
        }
        return samples;
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
}
