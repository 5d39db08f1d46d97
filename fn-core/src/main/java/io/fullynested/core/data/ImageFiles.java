package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Image files and their labels. */
record ImageFiles(List<Path> files, List<Integer> labels, List<String> classes) {

    /** The files in the sub-folders that classes have in a folder. */
    static ImageFiles list(Path folder, List<String> classes) throws IOException {
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            Path own = folder.resolve(classes.get(label));
            if (Files.isDirectory(own)) {
                try (Stream<Path> inner = Files.list(own)) {
                    for (Path file : inner.filter(child -> !child.getFileName().toString().startsWith(".")).sorted().toList()) {
                        files.add(file);
                        labels.add(label);
                    }
                }
            }
        }
        if (files.isEmpty()) {
            throw new UnreadableException(folder, "there is no image in its sub-folders");
        }
        return new ImageFiles(files, labels, classes);
    }

    /**
     * The images, whose sizes are looked at now and whose pixels when they are needed.
     *
     * @throws IOException naming the first file that is no image, or one of another size
     */
    Dataset dataset(ImageDecoder decoder, boolean keep) throws IOException {
        for (Path file : files) {
            decoder.check(file);
        }
        return new Decoded(this, decoder, new byte[keep ? files.size() : 0][]);
    }

    /** @param kept the pixels of those that were read; empty if none are to be kept */
    private record Decoded(ImageFiles images, ImageDecoder decoder, byte[][] kept) implements Dataset {

        @Override
        public int size() {
            return images.files.size();
        }

        @Override
        public Shape shape() {
            return decoder.shape();
        }

        @Override
        public List<String> classes() {
            return images.classes;
        }

        @Override
        public int label(int index) {
            return images.labels.get(index);
        }

        @Override
        public void read(int index, float[] into, int from) {
            byte[] pixels = kept.length > 0 && kept[index] != null ? kept[index] : decode(index);
            for (int i = 0; i < pixels.length; i++) {
                into[from + i] = Byte.toUnsignedInt(pixels[i]) / 255f;
            }
        }

        private byte[] decode(int index) {
            try {
                byte[] pixels = decoder.read(images.files.get(index));
                if (kept.length > 0) {
                    kept[index] = pixels;
                }
                return pixels;
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
    }
}
