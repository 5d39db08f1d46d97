package io.fullynested.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads a bundle that version 1 of the format was written with; later readers must read it too. */
class NestedBundleTest {

    private static final Path GOLDEN = Path.of("src/test/resources/tiny-1.fnb");

    private static final String[] NAMES = {"full", "small", "few-bits", "tiny"};
    private static final int[] CHECKSUMS = {-1873825164, 958427732, 664231142, 771819208};

    @TempDir
    private static Path folder;

    @Test
    void theGoldenBundleIsRead() throws IOException {
        NestedBundle bundle = NestedBundle.open(GOLDEN);
        assertThat(bundle.members()).extracting(Member::name).containsExactly(NAMES);
        for (Member member : bundle.members()) {
            byte[] onnx = bundle.onnx(member.name());
            assertThat(onnx).hasSize(member.bytes());
            assertThat(BundleFormat.checksum(onnx)).isEqualTo(CHECKSUMS[bundle.members().indexOf(member)]);
            assertThat(member.metadata()).containsKeys("fullynested.selection", "fullynested.accuracy.test");
            assertThat(member.number("fullynested.cost.macs")).isPresent();
            assertThat(member.number("fullynested.selection")).isEmpty();
            assertThat(member.number("nothing")).isEmpty();
        }
    }

    @Test
    void aMemberNeedsLessThanTheWholeFile() throws IOException {
        NestedBundle bundle = NestedBundle.open(GOLDEN);
        long all = Files.size(GOLDEN) - bundle.head().length();
        for (Member member : bundle.members()) {
            List<ByteRange> ranges = bundle.ranges(member.name());
            assertThat(ranges.get(0).from()).isGreaterThanOrEqualTo(bundle.head().to());
            assertThat(ranges.stream().mapToLong(ByteRange::length).sum()).isLessThan(all);
        }
    }

    @Test
    void anUnknownMemberIsAnsweredWithThoseThereAre() throws IOException {
        NestedBundle bundle = NestedBundle.open(GOLDEN);
        assertThatThrownBy(() -> bundle.onnx("none")).isInstanceOf(NoSuchElementException.class)
                .hasMessage(GOLDEN + " has no member 'none'. There are " + String.join(", ", NAMES));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 20, 21, 500, -1})
    void aFileThatWasCutShortIsRefused(int length) throws IOException {
        byte[] bytes = Files.readAllBytes(GOLDEN);
        Path cut = Files.write(folder.resolve("cut.fnb"), Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
        assertThatThrownBy(() -> NestedBundle.open(cut)).isInstanceOf(IOException.class).hasMessageContaining(cut.toString())
                .hasMessageContaining("cut short");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "0|is no bundle: it does not start with FNBUNDLE",
            "11|is a bundle of version 0, and this reader knows version 1. Maybe a newer reader?",
            "12|was cut short",
            "16|was altered: its head is not what was written",
            "30|was altered: its head is not what was written"})
    void anAlteredHeadIsRefused(int at, String message) throws IOException {
        byte[] bytes = Files.readAllBytes(GOLDEN);
        bytes[at] ^= 1;
        Path altered = Files.write(folder.resolve("altered.fnb"), bytes);
        assertThatThrownBy(() -> NestedBundle.open(altered)).isInstanceOf(IOException.class).hasMessageContaining(altered + " " + message);
    }

    @Test
    void whatAMemberNeedsMayNotBeAltered() throws IOException {
        NestedBundle whole = NestedBundle.open(GOLDEN);
        for (String name : NAMES) {
            for (ByteRange range : whole.ranges(name)) {
                byte[] bytes = Files.readAllBytes(GOLDEN);
                bytes[(int) (range.from() + range.to()) / 2] ^= 8;
                NestedBundle altered = NestedBundle.open(ByteSource.of("altered", bytes));
                assertThatThrownBy(() -> altered.onnx(name)).isInstanceOf(IOException.class)
                        .hasMessage("altered was altered: what member '" + name + "' needs is not what was written");
            }
        }
    }

    @Test
    void somethingAddedIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(GOLDEN);
        Path longer = Files.write(folder.resolve("longer.fnb"), Arrays.copyOf(bytes, bytes.length + 3));
        assertThatThrownBy(() -> NestedBundle.open(longer)).hasMessageContaining("something was added to it");
    }

    /** A head whose checksum is right, but which says what cannot be: whoever makes a file can make that, too. */
    private static ByteSource forged(byte[] head) throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            out.write(head);
        }
        byte[] bytes = deflated.toByteArray();
        return ByteSource.of("forged", ByteBuffer.allocate(BundleFormat.PREAMBLE + bytes.length).put(BundleFormat.MAGIC.getBytes(StandardCharsets.US_ASCII))
                .putInt(BundleFormat.VERSION).putInt(bytes.length).putInt(BundleFormat.checksum(bytes)).put(bytes).array());
    }

    private static byte[] head() throws IOException {
        byte[] golden = Files.readAllBytes(GOLDEN);
        int length = ByteBuffer.wrap(golden).getInt(12);
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(golden, BundleFormat.PREAMBLE, length))) {
            return in.readAllBytes();
        }
    }

    static Stream<Arguments> forgedHeads() {
        byte[] none = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] most = {-1, -1, -1, -1, 7};
        return Stream.of(
                Arguments.of("2^31 members", most),
                Arguments.of("a number that does not end", new byte[] {-1, -1, -1, -1, -1, -1, -1}),
                Arguments.of("a reference text of 2 GiB", bytes(new byte[] {0}, most)),
                Arguments.of("2^31 masters", bytes(none, most)),
                Arguments.of("a master of 2^31 segments", bytes(none, new byte[] {1}, most)),
                Arguments.of("2^31 tiles", bytes(none, new byte[] {0}, most)),
                Arguments.of("a tile of a master that is not there", bytes(none, new byte[] {0, 1, 0, 0, 8})),
                Arguments.of("a tile of 9 bits", bytes(none, new byte[] {1, 1, 1, 1, 1, 1, 1, 0, 0, 9})),
                Arguments.of("a tile beyond its master", bytes(none, new byte[] {1, 1, 1, 1, 1, 1, 1, 0, 1, 8})),
                Arguments.of("a segment of nothing", bytes(none, new byte[] {1, 1, 0, 1, 1, 1, 1, 0, 0, 8})),
                Arguments.of("a tile of 2^62 codes", bytes(none, new byte[] {1, 1}, most, new byte[] {1}, most, new byte[] {1, 1, 0, 0, 8})));
    }

    private static byte[] bytes(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Stream.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgedHeads")
    void aForgedHeadIsRefusedAsItIsDocumented(String what, byte[] head) throws IOException {
        ByteSource source = forged(head);
        assertThatThrownBy(() -> NestedBundle.open(source)).isInstanceOf(IOException.class)
                .hasMessage("forged was altered: its head is not what was written");
    }

    /** Whatever byte of the head is another, with a checksum to go with it. */
    @Test
    void noForgedByteGetsThrough() throws IOException {
        byte[] head = head();
        for (int at = 0; at < head.length; at += 1 + at / 50) {
            for (int value : new int[] {0, 127, 255}) {
                byte[] other = head.clone();
                other[at] = (byte) value;
                try {
                    NestedBundle bundle = NestedBundle.open(forged(other));
                    for (Member member : bundle.members()) {
                        bundle.ranges(member.name());
                        bundle.onnx(member.name());
                    }
                } catch (IOException e) {
                    assertThat(e.getMessage()).startsWith("forged was ");
                }
            }
        }
    }
}
