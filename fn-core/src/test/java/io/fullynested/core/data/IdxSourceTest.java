package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceTest {

    private static final int ROWS = 2;
    private static final int COLUMNS = 3;

    @TempDir
    private Path folder;

    /** Image i of a set starts at the byte {@code first + i}; labels go round. */
    @BeforeEach
    void writeFiles() throws IOException {
        write("train", 12, 0, 3);
        write("t10k", 3, 100, 3);
    }

    @Test
    void readsBytesAsSharesOf255() throws IOException {
        write("validation", 3, 50, 3);
        Dataset train = open(source(3)).train();
        assertThat(train.shape()).isEqualTo(Shape.image(1, ROWS, COLUMNS));
        float[] image = new float[8];
        train.read(4, image, 1);
        assertThat(image).containsExactly(0, 4 / 255f, 1, 0, 0, 0, 0, 0);
        assertThat(train.label(4)).isEqualTo(1);
        assertThat(train.classes()).containsExactly("0", "1", "2");
    }

    @Test
    void holdsOutOfEachClassTheSameShare() throws IOException {
        DataSource.Splits splits = open(source(3));
        assertThat(Pixels.labels(splits.validation())).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(firstBytes(splits.train())).hasSize(9).doesNotContainAnyElementsOf(firstBytes(splits.validation()));
        assertThat(firstBytes(splits.test())).containsExactly(100, 101, 102);
        assertThat(open(source(0.5)).validation().size()).isEqualTo(6);
    }

    @Test
    void takesValidationFilesWhereThereAre() throws IOException {
        write("validation", 6, 50, 3);
        DataSource.Splits splits = open(source(4));
        assertThat(splits.train().size()).isEqualTo(12);
        assertThat(firstBytes(splits.validation())).containsExactly(50, 51, 52, 53, 54, 55);
    }

    @Test
    void limitsTrainingImagesOnly() throws IOException {
        DataSource.Splits splits = open(new IdxSource("", List.of("a", "b", "c"), 3, Optional.of(4), 1));
        assertThat(firstBytes(splits.train())).isEqualTo(firstBytes(open(source(3)).train()).subList(0, 4));
        assertThat(splits.validation().size()).isEqualTo(3);
        assertThat(splits.test().classes()).containsExactly("a", "b", "c");
    }

    @Test
    void readsGzipAsPlain() throws IOException {
        Path plain = folder.resolve("train-images-idx3-ubyte");
        List<Integer> expected = firstBytes(open(source(3)).train());
        Files.write(folder.resolve("train-images-idx3-ubyte.gz"), gzip(Files.readAllBytes(plain)));
        Files.delete(plain);
        assertThat(firstBytes(open(source(3)).train())).isEqualTo(expected);
    }

    @Test
    void namesMissingFilesAndFolders() throws IOException {
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
        assertRefused("t10k-labels-idx1-ubyte: there is no such file, nor one with .gz");
        assertThatThrownBy(() -> new IdxSource("nowhere", List.of(), 3, Optional.empty(), 1).open(folder))
                .isInstanceOf(IOException.class).hasMessageContaining("nowhere: there is no such folder");
    }

    @Test
    void namesDamagedFiles() throws IOException {
        Path images = folder.resolve("train-images-idx3-ubyte");
        byte[] good = Files.readAllBytes(images);
        byte[] zipped = gzip(good);

        Files.write(images, Arrays.copyOf(good, good.length - 1));
        assertRefused("train-images-idx3-ubyte: truncated; its header announces 72 bytes of data for [12, 2, 3], it holds 71");
        Files.write(images, Arrays.copyOf(good, good.length + 1));
        assertRefused("longer than the 72 bytes");
        Files.write(images, Arrays.copyOf(good, 9));
        assertRefused("truncated in its header, after 9 of 16 bytes");
        Files.write(images, new byte[0]);
        assertRefused("should start with 00 00 08 03, but starts with nothing: it is empty");
        Files.writeString(images, "<html>not found</html>");
        assertRefused("starts with 3c 68 74 6d");
        Files.write(images, ByteBuffer.allocate(16).putInt(0x803).putInt(60_000).putInt(600).putInt(600).array());
        assertRefused("truncated; its header announces 21600000000 bytes of data for [60000, 600, 600], it holds 0");
        Files.write(images, Arrays.copyOf(zipped, zipped.length / 2));
        assertRefused("train-images-idx3-ubyte: the gzip file is truncated");
        zipped[zipped.length - 6] ^= 1;
        Files.write(images, zipped);
        assertRefused("train-images-idx3-ubyte: the gzip file is damaged");
    }

    @Test
    void refusesFilesThatDoNotFitTogether() throws IOException {
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(2, 3));
        assertRefused("t10k-labels-idx1-ubyte: holds 2 labels for the 3 images of t10k-images-idx3-ubyte");
        write("t10k", 5, 100, 5);
        assertRefused("t10k-labels-idx1-ubyte: the label of image 3 is 3, but there are 3 classes, 0..2");
        write("t10k", 3, 100, 3);
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), images(3, 100, 3, 2));
        assertRefused("t10k-images-idx3-ubyte: its images are 1×3×2, those of train-images-idx3-ubyte are 1×2×3");
    }

    @Test
    void refusesToHoldOutTooMany() {
        assertThatThrownBy(() -> open(source(14))).isInstanceOf(IOException.class)
                .hasMessageContaining("'validation: 14' is 14 of the 12 that are left, none to train on. Maybe a smaller 'validation'?");
        assertThatThrownBy(() -> open(source(12))).isInstanceOf(IOException.class).hasMessageContaining("none to train on");
        assertThatThrownBy(() -> open(source(0.01))).isInstanceOf(IOException.class).hasMessageContaining("'validation: 0.01' is 0 of the 12");
        assertThatThrownBy(() -> source(2.5)).hasMessageContaining("validation is a share such as 10 %, or a whole number, found 2.5");
    }

    @Test
    void labelsCountFromZero() throws IOException {
        byte[] labels = labels(12, 3);
        for (int i = 8; i < labels.length; i++) {
            labels[i]++;
        }
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels);
        assertRefused("train-labels-idx1-ubyte: labels count from 0, and there is none of 0; there are 1..3. Maybe subtract 1 from each?");
    }

    @Test
    void theFashionMnistSubsetIsBalancedAndSharesNoImage() throws IOException {
        DataSource.Splits splits = new IdxSource("../examples/data/fashion-mnist", List.of(), 5000, Optional.empty(), 1).open(Path.of(""));
        Set<ByteBuffer> distinct = new HashSet<>();
        List<Dataset> sets = List.of(splits.train(), splits.validation(), splits.test());
        for (Dataset set : sets) {
            int[] perClass = new int[set.classes().size()];
            float[] image = new float[set.shape().elements()];
            for (int i = 0; i < set.size(); i++) {
                set.read(i, image, 0);
                byte[] bytes = new byte[image.length];
                for (int p = 0; p < bytes.length; p++) {
                    bytes[p] = (byte) Math.round(image[p] * 255);
                }
                distinct.add(ByteBuffer.wrap(bytes));
                perClass[set.label(i)]++;
            }
            assertThat(perClass).hasSize(10).containsOnly(set.size() / 10);
        }
        assertThat(sets).extracting(Dataset::size).containsExactly(16_000, 2_000, 4_000);
        assertThat(distinct).hasSize(22_000);
        assertThat(splits.train().shape()).isEqualTo(Shape.image(1, 28, 28));
    }

    private IdxSource source(double validation) {
        return new IdxSource("", List.of(), validation, Optional.empty(), 1);
    }

    private DataSource.Splits open(IdxSource source) throws IOException {
        return source.open(folder);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> open(source(3))).isInstanceOf(IOException.class).hasMessageContaining(message)
                .hasMessageContaining(folder.toString());
    }

    private static List<Integer> firstBytes(Dataset set) {
        float[] image = new float[set.shape().elements()];
        return IntStream.range(0, set.size()).map(i -> {
            set.read(i, image, 0);
            return Math.round(image[0] * 255);
        }).boxed().toList();
    }

    private void write(String set, int count, int first, int classes) throws IOException {
        Files.write(folder.resolve(set + "-images-idx3-ubyte"), images(count, first, ROWS, COLUMNS));
        Files.write(folder.resolve(set + "-labels-idx1-ubyte"), labels(count, classes));
    }

    private static byte[] images(int count, int first, int rows, int columns) {
        ByteBuffer file = ByteBuffer.allocate(16 + count * rows * columns).putInt(0x803).putInt(count).putInt(rows).putInt(columns);
        for (int i = 0; i < count; i++) {
            file.put((byte) (first + i)).put((byte) 255).position(16 + (i + 1) * rows * columns);
        }
        return file.array();
    }

    private static byte[] labels(int count, int classes) {
        ByteBuffer file = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        IntStream.range(0, count).forEach(i -> file.put((byte) (i % classes)));
        return file.array();
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(data);
        }
        return zipped.toByteArray();
    }
}
