package io.fullynested.onnx.bundle;

import io.fullynested.bundle.BundleFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The script of a member that is being written, and the numbers that it takes. */
final class Script {

    private final ByteSink steps = new ByteSink();
    private final ByteSink text = new ByteSink();
    private final ByteSink numbers = new ByteSink();
    private final List<byte[]> given = new ArrayList<>();
    private int cursor;
    private int copied;

    /**
     * Writes the script of a member.
     *
     * @param reference what it copies from
     * @param factors   what products may be made with: the scales of its signals
     */
    static Script of(List<Piece> pieces, Reference reference, Tiling tiling, Set<Float> factors) {
        Script script = new Script();
        var starts = reference.starts();
        for (Piece piece : pieces) {
            reference.write(piece, starts.get(piece.key()), script);
            piece.part().ifPresent(part -> {
                script.flush();
                if (part instanceof Piece.Weights weights) {
                    tiling.writeStep(weights, script.steps);
                } else if (part instanceof Piece.Numbers vector) {
                    script.numbers(vector.bytes(), factors);
                }
            });
        }
        script.flush();
        return script;
    }

    /** Copies of the reference text. */
    void copy(int from, int count) {
        if (count > 0) {
            if (from != cursor || text.size() > 0) {
                flush();
                if (from != cursor) {
                    int move = from - cursor;
                    steps.step(move << 1 ^ move >> 31, BundleFormat.MOVE);
                }
            }
            copied += count;
            cursor = from + count;
        }
    }

    /** Puts bytes of its own. */
    void text(byte[] bytes) {
        text.bytes(bytes);
    }

    private void flush() {
        if (copied > 0) {
            steps.step(copied, BundleFormat.COPY);
        }
        if (text.size() > 0) {
            steps.step(text.size(), BundleFormat.TEXT).bytes(text.toByteArray());
        }
        copied = 0;
        text.reset();
    }

    /** Units of a bias are products of the steps of weights and a signal's scale, and need not be stored. */
    private void numbers(byte[] vector, Set<Float> factors) {
        for (int earlier = given.size() - 1; earlier >= 0; earlier--) {
            for (float factor : factors) {
                if (isProduct(vector, given.get(earlier), factor)) {
                    steps.step(earlier, BundleFormat.PRODUCT).int32(Float.floatToRawIntBits(factor));
                    return;
                }
            }
        }
        steps.step(vector.length, BundleFormat.NUMBERS);
        numbers.bytes(vector);
        given.add(vector);
    }

    private static boolean isProduct(byte[] vector, byte[] earlier, float factor) {
        ByteBuffer products = littleEndian(vector);
        ByteBuffer values = littleEndian(earlier);
        boolean equal = vector.length == earlier.length;
        while (equal && products.hasRemaining()) {
            equal = products.getInt() == Float.floatToRawIntBits(values.getFloat() * factor);
        }
        return equal;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The steps. */
    byte[] steps() {
        return steps.toByteArray();
    }

    /** The numbers, deflated: those of one kind have alike exponents, so the first bytes of all of them stand together. */
    byte[] numbers() {
        byte[] all = numbers.toByteArray();
        byte[] sorted = new byte[all.length];
        int count = all.length / 4;
        for (int i = 0; i < all.length; i++) {
            sorted[i % 4 * count + i / 4] = all[i];
        }
        return ByteSink.deflate(sorted);
    }
}
