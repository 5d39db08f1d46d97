package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.DataSource.Splits;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.core.io.UnreadableException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarShardsSourceTest {

    private static final String LONG = "a-folder-with-a-name/".repeat(8);

    @TempDir
    private Path folder;

    private static byte[] image(int gray) throws IOException {
        BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSamples(0, 0, 4, 3, 0, new int[] {gray, gray, gray, gray, gray, gray, gray, gray, gray, gray, gray, gray});
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** An archive as POSIX.1-1988 has it. */
    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String name = file.getKey();
            if (name.startsWith("GNU ")) {
                name = name.substring(4);
                entry(archive, "././@LongLink", 'L', text(name + "\0"));
            } else if (name.startsWith("pax ")) {
                name = name.substring(4);
                String record = " path=" + name + "\n";
                entry(archive, "PaxHeaders/x", 'x', text((record.length() + 3) + record));
            }
            entry(archive, name.substring(0, Math.min(100, name.length())), name.endsWith("/") ? '5' : '0', file.getValue());
        }
        archive.write(new byte[1024]);
        return archive.toByteArray();
    }

    private static void entry(ByteArrayOutputStream archive, String name, char type, byte[] content) throws IOException {
        byte[] header = new byte[512];
        System.arraycopy(text(name), 0, header, 0, text(name).length);
        System.arraycopy(text(String.format("%011o", content.length)), 0, header, 124, 11);
        System.arraycopy(text("        "), 0, header, 148, 8);
        header[156] = (byte) type;
        System.arraycopy(text("ustar\0" + "00"), 0, header, 257, 8);
        int sum = 0;
        for (byte one : header) {
            sum += one & 255;
        }
        System.arraycopy(text(String.format("%06o\0 ", sum)), 0, header, 148, 8);
        archive.write(header);
        archive.write(content);
        archive.write(new byte[(512 - content.length % 512) % 512]);
    }

    private Path write(String name, Map<String, byte[]> files) throws IOException {
        return Files.write(folder.resolve(name), tar(files));
    }

    /** Samples 0, 1, … of a gray each, with the classes as text. */
    private static Map<String, byte[]> samples(int from, String... classes) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < classes.length; i++) {
            files.put("./" + (from + i) + ".png", image(from + i));
            files.put("./" + (from + i) + ".cls", text(classes[i] + "\n"));
            files.put("./" + (from + i) + ".json", text("{}"));
        }
        return files;
    }

    private Splits open(List<String> classes, Target.Kind wanted) throws IOException {
        return new TarShardsSource("", ImageFolderSource.Colors.GRAY, Optional.empty(), Optional.empty(), .25, .25, false, 1, classes).open(folder, wanted);
    }

    private Splits open() throws IOException {
        return open(List.of(), Target.Kind.CLASS);
    }

    private static int gray(Dataset data, int index) {
        float[] pixels = new float[data.shape().elements()];
        data.read(index, pixels, 0);
        return Math.round(255 * pixels[pixels.length - 1]);
    }

    @Test
    void samplesLieInShardsOfSets() throws IOException {
        write("train-0.tar", samples(0, "1", "0", "1"));
        write("train-1.tar", samples(3, "0", "2"));
        write("val-0.tar", samples(5, "2"));
        write("test-0.tar", samples(6, "0", "1"));
        Splits splits = open();
        assertThat(splits.train().size()).isEqualTo(5);
        assertThat(splits.train().classes()).containsExactly("0", "1", "2");
        int[] labels = {1, 0, 1, 0, 2};
        for (int i = 0; i < labels.length; i++) {
            assertThat(splits.train().label(i)).isEqualTo(labels[i]);
            assertThat(gray(splits.train(), i)).isEqualTo(i);
        }
        assertThat(splits.validation().size()).isEqualTo(1);
        assertThat(gray(splits.validation(), 0)).isEqualTo(5);
        assertThat(splits.test().label(1)).isEqualTo(1);
        assertThat(open(List.of("cat", "dog", "bird"), Target.Kind.CLASS).train().classes()).containsExactly("cat", "dog", "bird");
        assertThat(open(List.of(), Target.Kind.NOTHING).train().target()).isEqualTo(Target.nothing());
    }

    @Test
    void foldersAreClassesWhereNothingSaysSoAndNamesMayBeLong() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            String name = i % 4 == 0 ? "cat/" + i + ".png" : i % 4 == 1 ? "GNU " + LONG + "dog/" + i + ".png" : i % 4 == 2 ? "pax " + LONG + "cat/" + i + ".png"
                    : "dog/" + i + ".png";
            files.put(name, image(i));
        }
        files.put("empty/", new byte[0]);
        write("all.tar", files);
        Splits splits = open();
        assertThat(splits.train().classes()).containsExactly("cat", "dog");
        for (Dataset set : List.of(splits.train(), splits.validation(), splits.test())) {
            assertThat(set.size()).isPositive();
            for (int i = 0; i < set.size(); i++) {
                assertThat(set.label(i)).isEqualTo(gray(set, i) % 2);
            }
        }
    }

    @Test
    void damagedArchivesAreRefusedByName() throws IOException {
        Path file = write("train.tar", samples(0, "0", "1", "0", "1"));
        byte[] whole = Files.readAllBytes(file);
        // the last whole block is the header of a class
        Files.write(file, Arrays.copyOf(whole, whole.length - 1024 - 3 * 512));
        assertThatThrownBy(this::open).isInstanceOf(UnreadableException.class).hasMessageContaining("train.tar: truncated; the entry at byte ");
        byte[] damaged = whole.clone();
        damaged[3] ^= 1;
        Files.write(file, damaged);
        assertThatThrownBy(this::open).hasMessageEndingWith("train.tar: damaged, or no tar: there is no entry at byte 0");
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(whole);
        }
        Files.delete(file);
        Files.write(folder.resolve("train.tar.gz"), zipped.toByteArray());
        assertThatThrownBy(this::open).hasMessageEndingWith("Maybe gunzip it?");
    }

    @Test
    void samplesThatCannotBeAreRefusedByName() throws IOException {
        assertThatThrownBy(this::open).hasMessageEndingWith("there is no image in it, nor a .tar file");
        write("train.tar", Map.of("7.png", image(7)));
        assertThatThrownBy(this::open).hasMessageEndingWith("train.tar/7.png: nothing says of which class it is. Maybe 7.cls is missing?");
        write("train.tar", samples(0, "0", "1", "7"));
        assertThatThrownBy(this::open).hasMessageContaining("labels count from 0, and there is none of 2; there are 0..7");
        write("train.tar", samples(0, "0", "1", "1", "0"));
        write("val.tar", samples(9, "2"));
        assertThatThrownBy(this::open).hasMessageEndingWith("val.tar/9.png: its class is '2', and there is none of this name; there are [0, 1]");
        Files.delete(folder.resolve("val.tar"));
        Map<String, byte[]> files = new LinkedHashMap<>(samples(0, "0", "1", "1", "0"));
        byte[] cut = image(1);
        files.put("./1.png", Arrays.copyOf(cut, cut.length - 12));
        write("train.tar", files);
        assertThatThrownBy(this::open).hasMessageContaining("train.tar/1.png: not an image that can be read: it is truncated.");
        files.put("./1.jpg", image(1));
        write("train.tar", files);
        assertThatThrownBy(this::open).hasMessageContaining("another picture of the same sample, 1.png");
    }
}
