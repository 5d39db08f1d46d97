package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.DataSource;
import io.fullynested.core.io.UnreadableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that promise what they do not hold, or never end: each is refused soon, by its name. */
class HostileFilesTest {

    @TempDir
    private Path folder;

    private interface Bytes {
        byte[] make() throws IOException;
    }

    private static Arguments of(String file, Bytes content, String message) {
        return Arguments.of(file, content, message);
    }

    static Stream<Arguments> files() {
        return Stream.of(
                of("y_train.npy", () -> npy(70, "'<i8'", "(6,)", longs(0, 1, 0, 1, 0, 1L << 40)),
                        "y_train.npy: the label of image 5 is 1099511627776; labels are whole numbers from 0"),
                of("y_train.npy", () -> npy(70, "'<i8'", "(6,)", longs(0, 1, 0, 1, 0, -1)), "y_train.npy: labels count from 0, and there is none of 0; there are -1..1"),
                of("y_train.npy", () -> npy(70, "'<i8'", "(6,)", longs(0, 1, 0, 1, 0, 2_000_000_000)), "and there is none of 2; there are 0..2000000000"),
                of("x_train.npy", () -> npy(-1, "'|u1'", "(6, 2, 2)", new byte[24]), "x_train.npy: a header that is not read: "),
                of("x_train.npy", () -> npy(70, "'|u1'", "(99999999999, 2, 2)", new byte[24]), "x_train.npy: truncated; its header announces 399999999996 bytes"),
                of("x_train.npy", () -> npy(70, "'|u1'", "(99999999999999999999999, 2)", new byte[24]), "x_train.npy: truncated; its header announces "),
                of("x_train.npy", () -> npy(70, "'|u1'", "(6, 500000000)", new byte[24]), "x_train.npy: truncated; its header announces 3000000000 bytes"),
                of("x_train.npy", () -> npy(70, "'|u1'", "(6, 0)", new byte[0]), ""),
                of("all.npz", () -> npz(npy(70, "'|u1'", "(6, 300000000)", new byte[24])), "all.npz: /y_train.npy: "),
                of("all.npz", () -> "PK\u0005\u0006 and nothing more of a zip".getBytes(StandardCharsets.ISO_8859_1), "all.npz: "),
                of("train-images-idx3-ubyte", () -> gzip(idx(60_000, 160, 160)), "train-images-idx3-ubyte: "),
                of("train-images-idx3-ubyte", () -> idx(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), "train-images-idx3-ubyte: truncated; "),
                of("table.csv", () -> ("a,b\n" + "1,\"x\n" + "1,2\n".repeat(400_000)).getBytes(StandardCharsets.UTF_8), "table.csv:2: a double quote is not closed"),
                of("table.csv", () -> ("a,b\n" + "1".repeat(8_000_000) + ",2\n3,2\n").getBytes(StandardCharsets.UTF_8), "table.csv:2: column 'a' is '111"),
                of("table.csv", () -> ("a,b\n" + "1,2\n".repeat(3) + ",".repeat(500_000) + "\n").getBytes(StandardCharsets.UTF_8), "table.csv:5: 500001 values in 2 columns"),
                of("table.csv", () -> new byte[] {'a', ',', 'b', '\n', (byte) 0xff, ',', '1', '\n'}, "table.csv: it is not UTF-8 text"),
                of("train/a/0.png", () -> damaged("BM", 200), "train/a/0.png: "),
                of("train/a/0.png", () -> damaged("GIF89a", 40), "train/a/0.png: "));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("files")
    @Timeout(10)
    void isRefusedByItsName(String file, Bytes content, String message) throws IOException {
        Path at = folder.resolve(file);
        Files.createDirectories(at.getParent());
        Files.write(folder.resolve("y_train.npy"), npy(70, "'|u1'", "(6,)", new byte[] {0, 1, 0, 1, 0, 1}));
        Files.write(folder.resolve("x_train.npy"), npy(70, "'|u1'", "(6, 2, 2)", new byte[24]));
        Files.write(at, content.make());
        assertThatThrownBy(() -> open(file).open(folder)).isInstanceOf(UnreadableException.class).hasMessageContaining(message)
                .hasMessageContaining(folder.toString()).extracting(Throwable::getMessage).asString().hasSizeLessThan(1400).doesNotContain(": null", "Exception");
    }

    private DataSource open(String file) {
        return file.endsWith(".csv") ? new CsvSource(file, List.of("last"), List.of(), true, ",", List.of(), Optional.empty(), Optional.empty(), 0.1, 0.1, 1)
                : file.endsWith(".png") ? base ->
                        pixels(new ImageFolderSource("", ImageFolderSource.Colors.RGB, Optional.of(4), Optional.of(4), 1, 1, true, 1, List.of()).open(base))
                : file.contains("idx") ? new IdxSource("", List.of(), 1, Optional.empty(), 1)
                : new NpySource(file.endsWith(".npz") ? file : "", List.of("x_{set}"), "y_{set}", NpySource.Channels.LAST, List.of(), 1, Optional.empty(), 1);
    }

    /** What only decoding finds is told the same way. */
    private static DataSource.Splits pixels(DataSource.Splits splits) throws IOException {
        try {
            Pixels.of(splits.train(), 0);
            return splits;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static byte[] damaged(String magic, int length) {
        byte[] bytes = new byte[length];
        System.arraycopy(magic.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, magic.length());
        return bytes;
    }

    private static byte[] longs(long... labels) {
        ByteBuffer data = ByteBuffer.allocate(8 * labels.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long label : labels) {
            data.putLong(label);
        }
        return data.array();
    }

    /** @param length of the header, as the file says; below 0 in the form of version 2 */
    private static byte[] npy(int length, String type, String shape, byte[] data) {
        String text = "{'descr': " + type + ", 'fortran_order': False, 'shape': " + shape + ", }";
        String header = text + " ".repeat(Math.max(0, length - text.length()));
        ByteBuffer file = ByteBuffer.allocate(12 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0}).putInt(length < 0 ? length : header.length());
        return file.put(header.getBytes(StandardCharsets.US_ASCII)).put(data).array();
    }

    private static byte[] npz(byte[] array) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("y_train.npy"));
            zip.write(array);
        }
        return bytes.toByteArray();
    }

    private static byte[] idx(int... shape) {
        ByteBuffer file = ByteBuffer.allocate(21).putInt(0x803);
        for (int extent : shape) {
            file.putInt(extent);
        }
        return file.array();
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(data);
        }
        return bytes.toByteArray();
    }
}
