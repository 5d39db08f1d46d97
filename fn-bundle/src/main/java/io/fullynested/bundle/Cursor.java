package io.fullynested.bundle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/** Reads a head or a script from its start to its end. */
final class Cursor {

    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean atEnd() {
        return at == bytes.length;
    }

    /** A varint. */
    int number() {
        int number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            number |= (next & 127) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    /** As many varints as the first one says. */
    int[] numbers() {
        int[] numbers = new int[number()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number();
        }
        return numbers;
    }

    byte[] take(int count) {
        at += count;
        if (count < 0 || at > bytes.length) {
            throw new ArrayIndexOutOfBoundsException(at);
        }
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
