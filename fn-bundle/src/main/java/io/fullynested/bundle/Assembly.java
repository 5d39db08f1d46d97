package io.fullynested.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** An ONNX file that is being made. */
final class Assembly {

    private final Head head;
    private final byte[] planes;
    private final byte[] numbers;
    private final ByteBuffer out;
    /** Where the numbers of each step that gave some start and end. */
    private final List<int[]> given = new ArrayList<>();
    private int taken;

    /**
     * An empty file.
     *
     * @param planes  the bit planes, as far as they are needed
     * @param numbers the member's numbers
     * @param bytes   how long the file will be
     */
    Assembly(Head head, byte[] planes, byte[] numbers, int bytes) {
        this.head = head;
        this.planes = planes;
        this.numbers = numbers;
        this.out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] run(List<Step> steps) {
        for (Step step : steps) {
            run(step);
        }
        return out.array();
    }

    private void run(Step step) {
        if (step instanceof Step.Copy copy) {
            out.put(head.reference(), copy.from(), copy.count());
        } else if (step instanceof Step.Text text) {
            out.put(text.bytes());
        } else if (step instanceof Step.Numbers next) {
            given.add(new int[] {out.position(), out.position() + next.count()});
            // the first bytes of all numbers stand first, then the second bytes, ...
            int count = numbers.length / 4;
            for (int end = taken + next.count() / 4; taken < end; taken++) {
                for (int b = 0; b < 4; b++) {
                    out.put(numbers[b * count + taken]);
                }
            }
        } else if (step instanceof Step.Product product) {
            int[] factors = given.get(product.earlier());
            for (int at = factors[0]; at < factors[1]; at += Float.BYTES) {
                out.putFloat(out.getFloat(at) * product.factor());
            }
        } else if (step instanceof Step.Weights weights) {
            byte[] integers = integers(weights);
            out.put(weights.layout() == BundleFormat.INT8 ? integers : planes(integers, weights.kept().bits()));
        }
    }

    private byte[] integers(Step.Weights weights) {
        byte[] integers = head.planes().codes(weights.kept(), planes);
        byte[] reading = head.readings()[weights.kept().bits()];
        byte[] signs = weights.signs();
        int row = integers.length / signs.length;
        for (int r = 0; r < signs.length; r++) {
            for (int i = r * row; i < (r + 1) * row; i++) {
                integers[i] = (byte) (signs[r] * reading[integers[i] & 255]);
            }
        }
        return integers;
    }

    private static byte[] planes(byte[] integers, int bits) {
        int bytes = (integers.length + 7) / 8;
        byte[] codes = new byte[8 * bytes];
        for (int i = 0; i < integers.length; i++) {
            codes[i] = (byte) BundleFormat.fromLeast(integers[i], bits);
        }
        byte[] planes = new byte[bits * bytes];
        ByteBuffer groups = ByteBuffer.wrap(codes);
        for (int at = 0; at < bytes; at++) {
            long eight = groups.getLong();
            for (int plane = 0; plane < bits; plane++) {
                // the product brings the lowest bits of all bytes together in the highest byte
                planes[plane * bytes + at] = (byte) ((eight >>> bits - 1 - plane & 0x0101010101010101L) * 0x0102040810204080L >>> 56);
            }
        }
        return planes;
    }
}
