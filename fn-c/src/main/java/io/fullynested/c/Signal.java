package io.fullynested.c;

import io.fullynested.api.graph.Weight;
import java.util.List;

/**
 * The result of a step as it lies in the arena.
 *
 * @param elements numbers of one sample
 * @param bits     of a code, 1..8; or 32 for a number of an output, which is not rounded to codes
 * @param signed   whether codes are two's complement
 * @param step     what a code of one stands for; NaN if it is no code, or codes stand for different numbers
 * @param parts    the signals that it joins, one after the other, if their codes stand for different numbers
 */
record Signal(int elements, int bits, boolean signed, double step, List<Signal> parts) {

    Signal(int elements, int bits, boolean signed, double step) {
        this(elements, bits, signed, step, List.of());
    }

    /** Signals one after the other, each code in as many bits as the widest. */
    static Signal joined(List<Signal> parts) {
        return new Signal(parts.stream().mapToInt(Signal::elements).sum(), parts.stream().mapToInt(Signal::bits).max().orElseThrow(), true, Double.NaN, parts);
    }

    /** Numbers that are no codes. */
    static Signal numbers(int elements) {
        return new Signal(elements, Weight.FLOAT, true, Double.NaN);
    }

    boolean rounded() {
        return bits != Weight.FLOAT;
    }

    /** Whether another one has codes of the same meaning, if perhaps fewer of them. */
    boolean means(Signal other) {
        return rounded() && other.rounded() && signed == other.signed && step == other.step;
    }

    int bytes() {
        return Math.toIntExact(((long) elements * bits + Byte.SIZE - 1) / Byte.SIZE);
    }

    int least() {
        return signed ? -(1 << bits - 1) : 0;
    }

    int greatest() {
        return least() + (1 << bits) - 1;
    }

    /** The greatest magnitude of a code. */
    int magnitude() {
        return Math.max(-least(), greatest());
    }

    /** Its bits as the C text takes them: negative if codes are signed. */
    int cBits() {
        return signed && rounded() ? -bits : bits;
    }
}
