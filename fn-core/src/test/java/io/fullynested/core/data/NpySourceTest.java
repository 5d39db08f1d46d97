package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.graph.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpySourceTest {

    @TempDir
    private Path folder;

    /** A file as numpy.save writes it: the header padded to a multiple of 64 bytes and ended by a line feed. */
    private static byte[] npy(int version, String type, String shape, byte[] data) {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        int prefix = version == 1 ? 10 : 12;
        int length = (prefix + header.length() + 1 + 63) / 64 * 64 - prefix;
        ByteBuffer file = ByteBuffer.allocate(prefix + length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            file.putShort((short) length);
        } else {
            file.putInt(length);
        }
        file.put(header.getBytes(StandardCharsets.UTF_8)).put(" ".repeat(length - header.length() - 1).getBytes(StandardCharsets.UTF_8)).put((byte) '\n');
        return file.put(data).array();
    }

    /** 2×3 pixels of 0, 1, 2, … for each image. */
    private static byte[] bytes(int images, int elements) {
        byte[] data = new byte[images * elements];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) i;
        }
        return data;
    }

    private static byte[] longs(int... labels) {
        ByteBuffer data = ByteBuffer.allocate(8 * labels.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(labels).forEach(data::putLong);
        return data.array();
    }

    private void write(String name, String type, String shape, byte[] data) throws IOException {
        Files.write(folder.resolve(name + ".npy"), npy(1, type, shape, data));
    }

    private void writeSets() throws IOException {
        write("x_train", "|u1", "(6, 2, 3)", bytes(6, 6));
        write("y_train", "<i8", "(6,)", longs(0, 1, 0, 1, 0, 1));
        write("x_test", "|u1", "(2, 2, 3)", bytes(2, 6));
        write("y_test", "<i8", "(2, 1)", longs(1, 0));
    }

    private static NpySource source(String path, NpySource.Channels channels) {
        return new NpySource(path, List.of("x_{set}"), "y_{set}", channels, List.of(), 2, Optional.empty(), 1);
    }

    @Test
    void readsImagesOfBytesAndLabelsOfLongs() throws IOException {
        writeSets();
        DataSource.Splits splits = source("", NpySource.Channels.FIRST).open(folder);
        assertThat(splits.train().shape()).isEqualTo(Shape.image(1, 2, 3));
        assertThat(Pixels.first(splits.train())).hasSize(4).doesNotContainAnyElementsOf(Pixels.first(splits.validation()));
        assertThat(Pixels.labels(splits.validation())).containsExactlyInAnyOrder(0, 1);
        assertThat(Pixels.labels(splits.test())).containsExactly(1, 0);
        assertThat(Pixels.of(splits.test(), 1)).containsExactly(6 / 255f, 7 / 255f, 8 / 255f, 9 / 255f, 10 / 255f, 11 / 255f);
        assertThat(splits.train().classes()).containsExactly("0", "1");
    }

    @Test
    void readsAnNpzWithNamesOfItsOwnAndAValidationSet() throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("all.npz")); ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String set : List.of("train", "val", "test")) {
                zip.putNextEntry(new ZipEntry(set + "_images.npy"));
                zip.write(npy(2, "|u1", "(2, 1, 1, 3)", bytes(2, 3)));
                zip.putNextEntry(new ZipEntry(set + "_labels.npy"));
                zip.write(npy(3, "|u1", "(2, 1)", new byte[] {0, 1}));
            }
        }
        DataSource.Splits splits = new NpySource("all.npz", List.of("{set}_images"), "{set}_labels", NpySource.Channels.LAST, List.of("cat", "dog"),
                5000, Optional.empty(), 1).open(folder);
        assertThat(splits.validation().size()).isEqualTo(2);
        assertThat(splits.train().shape()).isEqualTo(Shape.image(3, 1, 1));
        assertThat(splits.train().classes()).containsExactly("cat", "dog");
    }

    @Test
    void movesChannelsToTheFront() throws IOException {
        writeSets();
        write("x_train", "|u1", "(6, 2, 3, 2)", bytes(6, 12));
        write("x_test", "|u1", "(2, 2, 3, 2)", bytes(2, 12));
        DataSource.Splits splits = source("", NpySource.Channels.LAST).open(folder);
        assertThat(splits.test().shape()).isEqualTo(Shape.image(2, 2, 3));
        float[] image = Pixels.of(splits.test(), 1);
        for (int i = 0; i < 6; i++) {
            assertThat(image[i] * 255).isEqualTo(12 + 2 * i, within(1e-4f));
            assertThat(image[6 + i] * 255).isEqualTo(13 + 2 * i, within(1e-4f));
        }
        assertThat(source("", NpySource.Channels.FIRST).open(folder).test().shape()).isEqualTo(Shape.image(2, 3, 2));
    }

    @Test
    void readsTablesOfDoublesInEitherByteOrderAsTheyAre() throws IOException {
        writeSets();
        byte[] rows = ByteBuffer.allocate(6 * 2 * 8).putDouble(-2.5).putDouble(1000).array();
        write("x_train", ">f8", "(6, 2)", rows);
        write("x_test", "<f4", "(2, 2)", ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putFloat(7).putFloat(8).array());
        DataSource.Splits splits = source("", NpySource.Channels.FIRST).open(folder);
        assertThat(splits.train().shape()).isEqualTo(Shape.image(2, 1, 1));
        assertThat(Pixels.of(splits.train(), 0)).containsExactly(-2.5f, 1000);
        assertThat(Pixels.of(splits.test(), 0)).containsExactly(7, 8);
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        writeSets();
        write("y_test", "<i8", "(2,)", longs(0, 2));
        assertRefused("y_test.npy: the label of image 1 is 2, but there are 2 classes, 0..1");
        write("y_test", "<f4", "(2, 10)", new byte[80]);
        assertRefused("labels are a row of whole numbers, found [2, 10] of f4. Maybe one-hot rows");
        write("y_test", "<i8", "(1,)", longs(0));
        assertRefused("y_test.npy: holds 1 labels for the 2 images of x_test.npy");
        write("x_test", "<f4", "(2, 2, 3)", ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN).putFloat(24, Float.NaN).array());
        write("y_test", "<i8", "(2,)", longs(0, 1));
        assertRefused("x_test.npy: image 1 holds NaN");
        write("x_test", "<c8", "(2, 2, 3)", new byte[96]);
        assertRefused("x_test.npy: its type is c8. Maybe save it as uint8 or float32?");
        write("x_test", "|u1", "(2, 2, 3)", new byte[11]);
        assertRefused("x_test.npy: truncated; its header announces 12 bytes of data for [2, 2, 3], it holds 11");
        write("x_test", "|u1", "(2, 2, 2)", new byte[8]);
        assertRefused("the images of a set are 1×2×2, those to train on 1×2×3");
        Files.writeString(folder.resolve("x_test.npy"), "PK and more");
        assertRefused("x_test.npy: not a NumPy array; it does not start with \\x93NUMPY");
        Files.delete(folder.resolve("x_test.npy"));
        assertRefused("there is no x_test.npy in it. Maybe another name in 'images' or 'labels'?");
        Files.writeString(folder.resolve("all.npz"), "no zip");
        assertThatThrownBy(() -> source("all.npz", NpySource.Channels.FIRST).open(folder)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new NpySource("", List.of("images"), "labels", NpySource.Channels.FIRST, List.of(), 2, Optional.empty(), 1))
                .hasMessageContaining("images and labels need {set}");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> source("", NpySource.Channels.FIRST).open(folder)).isInstanceOf(IOException.class).hasMessageContaining(message)
                .hasMessageContaining(folder.toString());
    }
}
