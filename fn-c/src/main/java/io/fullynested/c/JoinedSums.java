package io.fullynested.c;

import io.fullynested.core.integer.Signal;
import io.fullynested.core.tensor.QuantizedTensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sums of a dense layer whose input joins signals of different steps: one sum for each of these and each output channel.
 *
 * @param bits    of a weight
 * @param weights at their bits, side by side
 * @param factors of each part and output channel, all of one shift
 * @param starts  what each output channel begins with, times 2 to the shift
 */
record JoinedSums(int bits, long[] weights, List<long[]> factors, long[] starts, int shift) {

    /** What is known before it is known what comes of the sums. */
    record Before(QuantizedTensor weights, float[] bias, List<Signal> parts) {

        private double step(int part, int channel) {
            return parts.get(part).step() * weights.steps()[channel];
        }

        /** The greatest step of a sum. */
        double coarsest() {
            double most = 0;
            for (int p = 0; p < parts.size(); p++) {
                for (int o = 0; o < bias.length; o++) {
                    most = Math.max(most, step(p, o));
                }
            }
            return most;
        }

        /** A magnitude that no result exceeds. */
        double bound() {
            double most = 0;
            int row = weights.integers().length / bias.length;
            for (int o = 0; o < bias.length; o++) {
                double sum = Math.abs(bias[o]);
                int at = o * row;
                for (int p = 0; p < parts.size(); p++) {
                    for (int end = at + parts.get(p).elements(); at < end; at++) {
                        sum += Math.abs(weights.integers()[at]) * parts.get(p).magnitude() * step(p, o);
                    }
                }
                most = Math.max(most, sum);
            }
            return most;
        }

        JoinedSums finished(Finish finish) {
            int bits = CodedSums.isCoded(weights) ? weights.bits() : Byte.SIZE;
            double start = coarsest();
            for (float one : bias) {
                // it has more room than a factor
                start = Math.max(start, Math.abs(one) / (1L << 30));
            }
            int shift = Factor.shift(start / finish.unit(), 0);
            List<long[]> factors = IntStream.range(0, parts.size()).mapToObj(p -> IntStream.range(0, bias.length)
                    .mapToLong(o -> CodedSums.silent(weights, o) ? 0 : Factor.at(step(p, o) / finish.unit(), shift)).toArray()).toList();
            long[] starts = new long[bias.length];
            Arrays.setAll(starts, o -> Factor.at(bias[o] / finish.unit(), shift));
            return new JoinedSums(bits, CodedSums.packed(weights, bits), factors, starts, shift);
        }
    }

    /** Of which nothing but the size is known. */
    static JoinedSums sized(int outputs, int weights, int bits, int parts) {
        return new JoinedSums(bits, new long[(int) (((long) weights * bits + Byte.SIZE - 1) / Byte.SIZE)],
                IntStream.range(0, parts).mapToObj(p -> new long[outputs]).toList(), new long[outputs], 1);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return weights.length + " bytes of weights of " + bits + " bits";
    }
}
