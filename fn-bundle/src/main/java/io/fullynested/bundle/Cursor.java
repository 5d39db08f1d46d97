package io.fullynested.bundle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/** Reads a head or a script from its start to its end. What does not fit into it is refused by an unchecked exception. */
final class Cursor {

    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean atEnd() {
        return at == bytes.length;
    }

    /** A varint, at least 0. */
    int number() {
        long number = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            byte next = bytes[at++];
            number |= (long) (next & 127) << shift;
            if (next >= 0) {
                return Math.toIntExact(number);
            }
        }
        throw new ArithmeticException("a number of more than 31 bits");
    }

    /** A count of things that take so many bytes each at least, and so are no more than the rest can hold. */
    int count(int least) {
        int count = number();
        if ((long) count * least > bytes.length - at) {
            throw new IllegalArgumentException(count + " things in " + (bytes.length - at) + " bytes");
        }
        return count;
    }

    /** As many varints as the first one says. */
    int[] numbers() {
        int[] numbers = new int[count(1)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number();
        }
        return numbers;
    }

    byte[] take(int count) {
        if (count < 0 || count > bytes.length - at) {
            throw new IllegalArgumentException(count + " bytes of " + (bytes.length - at));
        }
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    String string() {
        return new String(take(number()), StandardCharsets.UTF_8);
    }

    /** A set of numbers below {@code size}. */
    BitSet set(int size) {
        return BitSet.valueOf(take((size + 7) / 8));
    }
}
