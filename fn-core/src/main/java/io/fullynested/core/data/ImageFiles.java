package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Image files and their labels.
 *
 * @param other files beside them that are no pictures
 */
record ImageFiles(List<PictureFile> files, Target target, Targets targets, List<Path> other) {

    private static final int MOST_NAMED = 5;

    /** Reads the target of a file by its number. */
    interface Targets {
        void read(int index, float[] into, int from);
    }

    /** The files in the sub-folders that classes have in a folder. */
    static ImageFiles list(Path folder, List<String> classes) throws IOException {
        List<PictureFile> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<Path> other = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            Path own = folder.resolve(classes.get(label));
            if (Files.isDirectory(own)) {
                pictures(own, files, other);
                labels.addAll(Collections.nCopies(files.size() - labels.size(), label));
            }
        }
        require(files, folder, "in its sub-folders");
        return new ImageFiles(files, Target.classes(classes), (index, into, from) -> into[from] = labels.get(index), other);
    }

    /** The files in a folder and in its sub-folders, without targets. */
    static ImageFiles unlabelled(Path folder) throws IOException {
        List<PictureFile> files = new ArrayList<>();
        List<Path> other = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path inner : all.filter(Files::isDirectory).sorted().toList()) {
                pictures(inner, files, other);
            }
        }
        other.removeIf(Files::isDirectory);
        require(files, folder, "in it");
        return new ImageFiles(files, Target.nothing(), (index, into, from) -> { }, other);
    }

    private static void pictures(Path folder, List<PictureFile> files, List<Path> other) throws IOException {
        try (Stream<Path> inner = Files.list(folder)) {
            for (Path file : inner.filter(child -> !child.getFileName().toString().startsWith(".")).sorted().toList()) {
                PictureFile picture = new PictureFile(file);
                if (Files.isRegularFile(file) && picture.isPicture()) {
                    files.add(picture);
                } else {
                    other.add(file);
                }
            }
        }
    }

    static void require(List<PictureFile> files, Path folder, String where) throws UnreadableException {
        if (files.isEmpty()) {
            throw new UnreadableException(folder, "there is no image " + where);
        }
    }

    /** The same files with other targets. */
    ImageFiles with(Target other, Targets others) {
        return new ImageFiles(files, other, others, this.other);
    }

    /**
     * The images, whose sizes and ends are looked at now and whose pixels when they are needed.
     *
     * @param most  how many bytes of pixels may stay in memory once they were decoded: those of the first images
     * @param notes gets what the user should know
     * @throws UnreadableException naming the files that are no images, or of another size
     */
    Dataset dataset(ImageDecoder decoder, long most, List<String> notes) throws UnreadableException {
        TreeSet<Shape> sizes = new TreeSet<>(Comparator.comparing(Shape::elements).thenComparing(Shape::height));
        List<UnreadableException> refused = new ArrayList<>();
        for (Looked at : files.parallelStream().map(file -> Looked.at(file, decoder)).toList()) {
            if (at.problem() == null) {
                sizes.add(at.shape());
            } else {
                refused.add(at.problem());
            }
        }
        if (refused.size() == 1) {
            throw refused.get(0);
        } else if (!refused.isEmpty()) {
            int more = refused.size() - MOST_NAMED;
            throw new UnreadableException(place(), refused.size() + " files cannot be taken: " + refused.stream().limit(MOST_NAMED)
                    .map(UnreadableException::getMessage).collect(Collectors.joining("; ")) + (more > 0 ? "; and " + more + " more" : ""));
        }
        if (sizes.size() > 1) {
            notes.add(place() + ": images of " + sizes.size() + " sizes, from " + pixels(sizes.first()) + " to "
                    + pixels(sizes.last()) + " (height×width), all become " + pixels(decoder.shape()));
        }
        if (!other.isEmpty()) {
            notes.add(other.get(0) + (other.size() > 1 ? " and " + (other.size() - 1) + " more" : "") + ": no picture, so it was left out");
        }
        int kept = (int) Math.min(files.size(), most / decoder.shape().elements());
        if (most > 0 && kept < files.size()) {
            notes.add(place() + ": the pixels of " + kept + " of " + files.size() + " images stay in memory, the others are decoded "
                    + "each time. Maybe FN_JAVA_OPTIONS=-Xmx32g, or a smaller height and width?");
        }
        return new Decoded(this, decoder, new AtomicReferenceArray<>(kept));
    }

    /** The shape of a picture, or what is wrong with it. */
    private record Looked(Shape shape, UnreadableException problem) {

        static Looked at(PictureFile file, ImageDecoder decoder) {
            try {
                Shape shape = file.check();
                decoder.check(file.path(), shape);
                return new Looked(shape, null);
            } catch (UnreadableException e) {
                return new Looked(null, e);
            }
        }
    }

    private String place() {
        PictureFile first = files.get(0);
        return String.valueOf(first.entry().isEmpty() ? first.file().getParent().getParent() : first.file().getParent());
    }

    private static String pixels(Shape size) {
        return size.height() + "×" + size.width();
    }

    /** @param kept the pixels of the first images, as far as they were read; several threads read at once */
    private record Decoded(ImageFiles images, ImageDecoder decoder, AtomicReferenceArray<byte[]> kept) implements Dataset {

        @Override
        public int size() {
            return images.files.size();
        }

        @Override
        public Shape shape() {
            return decoder.shape();
        }

        @Override
        public Target target() {
            return images.target;
        }

        @Override
        public void readTarget(int index, float[] into, int from) {
            images.targets.read(index, into, from);
        }

        @Override
        public List<String> classes() {
            return images.target.kind() == Target.Kind.CLASS ? images.target.names() : List.of();
        }

        @Override
        public String name(int index) {
            return images.files.get(index).path().toString();
        }

        @Override
        public int label(int index) {
            float[] label = new float[images.target.size()];
            images.targets.read(index, label, 0);
            return (int) label[0];
        }

        @Override
        public void read(int index, float[] into, int from) {
            byte[] before = index < kept.length() ? kept.get(index) : null;
            byte[] pixels = before == null ? decode(index) : before;
            for (int i = 0; i < pixels.length; i++) {
                into[from + i] = Byte.toUnsignedInt(pixels[i]) / 255f;
            }
        }

        /** The file, which reads faster than its pixels are decoded. */
        @Override
        public void identify(int index, Consumer<ByteBuffer> into) {
            PictureFile file = images.files.get(index);
            float[] target = new float[images.target.size()];
            readTarget(index, target, 0);
            try {
                into.accept(ByteBuffer.wrap(InputFile.read(file.path(), file::bytes)));
            } catch (UnreadableException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
            into.accept(ByteBuffer.wrap(Arrays.toString(target).getBytes(StandardCharsets.US_ASCII)));
        }

        private byte[] decode(int index) {
            try {
                byte[] pixels = decoder.read(images.files.get(index));
                if (index < kept.length()) {
                    kept.set(index, pixels);
                }
                return pixels;
            } catch (UnreadableException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
    }
}
