package io.fullynested.bundle;

import java.util.zip.CRC32;

/**
 * How a bundle is laid out, for its reader and its writer.
 *
 * <pre>
 * 0   magic "FNBUNDLE"
 * 8   version, int32, big endian, as is the next
 * 12  length of the head
 * 16  CRC-32 of the head, int32
 * 20  the head, deflated
 *     bit planes of the codes
 *     numbers of each member: float32 and int32, little endian, sorted by their first, second, … byte, then deflated
 * </pre>
 *
 * <p>The head holds all that is structure: the list of members, a reference text, how the codes are laid out, and for each member a
 * script that makes its ONNX file out of pieces of the reference text, texts of its own, its numbers, and codes. A number in the head
 * is a varint (seven bits a byte, the lowest first) unless said otherwise, a string its length and UTF-8. In this order:
 *
 * <pre>
 * members      count; each: name, bytes of its ONNX file, their CRC-32 (int32), bytes of its numbers here, and metadata: count, keys and values
 * reference    length, bytes
 * readings     for 1..8 bits: 0, or 1 and for each code of so many bits the int8 that it stands for
 * masters      count; each: count and lengths of the segments of its output channels; the same of its inputs; weights of a pair of those
 * tiles        count; each: master, segment of outputs · segments of inputs + segment of inputs, bits
 * scripts      of each member: length, steps
 * </pre>
 *
 * <p>A tile is where a segment of a master's outputs meets a segment of its inputs; each selection keeps whole tiles. The planes hold
 * the leading bit of all weights of all tiles, tile by tile, row by row, then the second bit of all tiles that have one, and so on,
 * without a gap. Tiles that most members need come first, so that what a member needs lies together.
 *
 * <p>A step of a script is {@code count · 8 + kind} with a kind below.
 */
public final class BundleFormat {

    public static final String MAGIC = "FNBUNDLE";
    public static final int VERSION = 1;
    /** Bytes before the head. */
    public static final int PREAMBLE = 20;

    /** {@code count} bytes of the reference text from where the cursor is, which then stands behind them. */
    public static final int COPY = 0;
    /** The cursor moves by {@code (count >> 1) ^ −(count & 1)}. */
    public static final int MOVE = 1;
    /** {@code count} bytes that follow. */
    public static final int TEXT = 2;
    /** The next {@code count} bytes of the member's numbers. */
    public static final int NUMBERS = 3;
    /** The floats that the {@code count}-th NUMBERS step of this script gave, times a float32 (big endian) that follows. */
    public static final int PRODUCT = 4;
    /**
     * Weights of master {@code count}. There follow: the bits of a code; {@link #INT8} or {@link #PLANES}; which segments of outputs and
     * inputs are kept, each a bit set (the first segment in the lowest bit of the first byte); a byte for each kept output channel:
     * 2 if its integers are those of its codes, 0 if they are negated, 1 if they are zeros.
     */
    public static final int WEIGHTS = 5;

    /** Each weight an int8. */
    public static final int INT8 = 0;
    /** Bit planes as in {@code --format packed}: the leading bits of all weights first, each plane in bytes of its own. */
    public static final int PLANES = 1;

    private BundleFormat() {
    }

    /** CRC-32. It tells that bytes were cut short or altered by accident, not who wrote them. */
    public static int checksum(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    /** The code of an integer in {@link #PLANES}, counted from the least integer of so many bits. */
    public static int fromLeast(int integer, int bits) {
        return bits == 8 ? integer + 128 : integer + (1 << bits) - 1 >> 1;
    }
}
