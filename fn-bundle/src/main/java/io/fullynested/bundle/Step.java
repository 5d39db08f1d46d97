package io.fullynested.bundle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A step of the script that makes an ONNX file; see {@link BundleFormat}. */
sealed interface Step {

    /** A piece of the reference text. */
    record Copy(int from, int count) implements Step {
    }

    /** Bytes of its own. */
    record Text(byte[] bytes) implements Step {
    }

    /** The next bytes of the member's numbers. */
    record Numbers(int count) implements Step {
    }

    /** The floats of an earlier step times a factor. */
    record Product(int earlier, float factor) implements Step {
    }

    /** Weights made of codes, each output channel's integers times a sign −1, 0 or 1. */
    record Weights(Kept kept, int layout, byte[] signs) implements Step {
    }

    static List<Step> parse(byte[] script, List<Master> masters) {
        List<Step> steps = new ArrayList<>();
        Cursor in = new Cursor(script);
        int cursor = 0;
        while (!in.atEnd()) {
            int next = in.number();
            int count = next >>> 3;
            switch (next & 7) {
                case BundleFormat.COPY -> {
                    steps.add(new Copy(cursor, count));
                    cursor += count;
                }
                case BundleFormat.MOVE -> cursor += count >>> 1 ^ -(count & 1);
                case BundleFormat.TEXT -> steps.add(new Text(in.take(count)));
                case BundleFormat.NUMBERS -> steps.add(new Numbers(count));
                case BundleFormat.PRODUCT -> steps.add(new Product(count, ByteBuffer.wrap(in.take(Float.BYTES)).getFloat()));
                case BundleFormat.WEIGHTS -> steps.add(weights(in, count, masters.get(count)));
                default -> throw new IllegalArgumentException("There is no step of kind " + (next & 7));
            }
        }
        return steps;
    }

    /**
     * How many bytes steps make.
     *
     * @param reference length of the reference text
     */
    static long length(List<Step> steps, int reference, List<Master> masters) {
        long length = 0;
        List<Integer> given = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Copy copy) {
                if (copy.from < 0 || (long) copy.from + copy.count > reference) {
                    throw new IllegalArgumentException("A piece from " + copy.from + " on of a text of " + reference);
                }
                length += copy.count;
            } else if (step instanceof Text text) {
                length += text.bytes.length;
            } else if (step instanceof Numbers numbers) {
                given.add(numbers.count);
                length += numbers.count;
            } else if (step instanceof Product product) {
                length += given.get(product.earlier);
            } else if (step instanceof Weights weights) {
                Master master = masters.get(weights.kept.master());
                long integers = Math.multiplyExact((long) weights.signs.length * master.inner(), Master.size(master.inputs(), weights.kept.inputs()));
                length += weights.layout == BundleFormat.INT8 ? integers : (integers + 7) / 8 * weights.kept.bits();
            }
        }
        return length;
    }

    private static Weights weights(Cursor in, int index, Master master) {
        int bits = in.number();
        int layout = in.number();
        if (bits < 1 || bits > 8 || layout != BundleFormat.INT8 && layout != BundleFormat.PLANES) {
            throw new IllegalArgumentException("There are no codes of " + bits + " bits in layout " + layout);
        }
        Kept kept = new Kept(index, bits, in.set(master.outputs().length), in.set(master.inputs().length));
        byte[] signs = in.take(Master.size(master.outputs(), kept.outputs()));
        for (int i = 0; i < signs.length; i++) {
            signs[i]--;
        }
        return new Weights(kept, layout, signs);
    }
}
