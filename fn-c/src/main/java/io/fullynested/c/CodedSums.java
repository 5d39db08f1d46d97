package io.fullynested.c;

import io.fullynested.core.integer.Signal;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.tensor.QuantizedTensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The sums of a layer of a network with numbers.
 *
 * @param weights   as codes
 * @param biases    one for each output channel, in units of the products
 * @param steps     those units
 * @param magnitude the greatest of what weights are multiplied with
 */
record CodedSums(QuantizedTensor weights, int[] biases, double[] steps, int magnitude) implements Sums {

    /**
     * Of a layer.
     *
     * @param bias  if it has one
     * @param input what its weights are multiplied with
     * @param scale the step of that
     */
    static CodedSums of(QuantizedTensor weights, Optional<IntegerBias> bias, Signal input, float scale) {
        int outputs = weights.steps().length;
        double[] steps = IntStream.range(0, outputs).mapToDouble(o -> (double) scale * weights.steps()[o]).toArray();
        return new CodedSums(weights, bias.map(IntegerBias::integers).orElse(new int[outputs]), steps, input.magnitude());
    }

    @Override
    public double bound() {
        int row = weights.integers().length / steps.length;
        return IntStream.range(0, steps.length).mapToDouble(o -> {
            long sum = Math.abs((long) biases[o]);
            for (int i = o * row; i < (o + 1) * row; i++) {
                sum += (long) magnitude * Math.abs(weights.integers()[i]);
            }
            return sum * steps[o];
        }).max().orElse(0);
    }

    @Override
    public double coarsest() {
        return Arrays.stream(steps).max().orElseThrow();
    }

    @Override
    public LayerData finished(Finish finish, boolean shared) {
        boolean codes = isCoded(weights);
        int bits = codes ? weights.bits() : Byte.SIZE;
        long[] finishedBiases = new long[steps.length];
        long[] factors = new long[steps.length];
        for (int o = 0; o < steps.length; o++) {
            boolean silent = (codes || shared) && silent(weights, o);
            factors[o] = silent ? 0 : Factor.of(steps[o] / finish.unit());
            finishedBiases[o] = silent ? finish.of(biases[o] * steps[o]) : biases[o];
        }
        return new LayerData(bits, packed(weights, bits), finishedBiases, factors);
    }

    /** Whether all of them, but for silent channels, are codes of fewer than 8 bits. */
    static boolean isCoded(QuantizedTensor weights) {
        int row = weights.integers().length / weights.steps().length;
        return weights.bits() < Byte.SIZE && IntStream.range(0, weights.steps().length).allMatch(o -> silent(weights, o) || isCoded(weights, o, row));
    }

    /** Weights as bytes, at 8 bits or at their own. */
    static long[] packed(QuantizedTensor weights, int bits) {
        int row = weights.integers().length / weights.steps().length;
        long[] packed = new long[(int) (((long) weights.integers().length * bits + Byte.SIZE - 1) / Byte.SIZE)];
        for (int i = 0; i < weights.integers().length; i++) {
            int integer = weights.integers()[i];
            Packing.put(packed, i, bits, bits == Byte.SIZE ? integer : silent(weights, i / row) ? 0 : integer + (1 << bits) - 1 >> 1);
        }
        return packed;
    }

    /** Whether its batch norm left nothing of a channel, so that its weights are zeros, which no code of fewer than 8 bits stands for. */
    static boolean silent(QuantizedTensor weights, int channel) {
        int row = weights.integers().length / weights.steps().length;
        return IntStream.range(channel * row, (channel + 1) * row).allMatch(i -> weights.integers()[i] == 0);
    }

    private static boolean isCoded(QuantizedTensor weights, int channel, int row) {
        return IntStream.range(channel * row, (channel + 1) * row)
                .allMatch(i -> (weights.integers()[i] & 1) == 1 && Math.abs(weights.integers()[i]) < 1 << weights.bits());
    }

    /** By identity: it is made once for a layer. */
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
        return "sums of " + weights;
    }
}
