package io.fullynested.core.integer;

import io.fullynested.api.graph.Weight;
import java.util.List;

/**
 * The result of a step as a device that computes in integers holds it.
 *
 * @param elements numbers of one sample
 * @param bits     of a code, 1..8; or 32 for a number of an output, which is not rounded to codes
 * @param signed   whether codes are two's complement
 * @param step     what a code of one stands for; NaN if it is no code, or codes stand for different numbers
 * @param parts    the signals that it joins, one after the other, if their codes stand for different numbers
 */
public record Signal(int elements, int bits, boolean signed, double step, List<Signal> parts) {

    public Signal {
        parts = List.copyOf(parts);
    }

    /** Of codes of one meaning. */
    public Signal(int elements, int bits, boolean signed, double step) {
        this(elements, bits, signed, step, List.of());
    }

    /** Signals one after the other, each code in as many bits as the widest. */
    public static Signal joined(List<Signal> parts) {
        return new Signal(parts.stream().mapToInt(Signal::elements).sum(), parts.stream().mapToInt(Signal::bits).max().orElseThrow(), true, Double.NaN, parts);
    }

    /** Numbers that are no codes. */
    public static Signal numbers(int elements) {
        return new Signal(elements, Weight.FLOAT, true, Double.NaN);
    }

    /** Whether it is made of codes. */
    public boolean rounded() {
        return bits != Weight.FLOAT;
    }

    /** Whether another one has codes of the same meaning, if perhaps fewer of them. */
    public boolean means(Signal other) {
        return rounded() && other.rounded() && signed == other.signed && step == other.step;
    }

    /** Bytes that it takes, its codes side by side. */
    public int bytes() {
        return Math.toIntExact(((long) elements * bits + Byte.SIZE - 1) / Byte.SIZE);
    }

    /** The least code. */
    public int least() {
        return signed ? -(1 << bits - 1) : 0;
    }

    /** The greatest code. */
    public int greatest() {
        return least() + (1 << bits) - 1;
    }

    /** The greatest magnitude of a code. */
    public int magnitude() {
        return Math.max(-least(), greatest());
    }
}
