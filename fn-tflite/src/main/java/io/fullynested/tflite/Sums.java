package io.fullynested.tflite;

import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Layer;
import io.fullynested.core.integer.Ending;
import io.fullynested.core.integer.Ending.Bounds;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Step;
import io.fullynested.core.tensor.QuantizedTensor;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a layer sums up.
 *
 * @param weights its constants
 * @param grid    what its sums are rounded to
 * @param fused   what is applied to them at once
 * @param finish  what comes of them
 */
record Sums(Weights weights, Value.Grid grid, Fused fused, Finish finish) {

    /** Weights of so many bits and fewer are codes that int4 holds: odd numbers up to 7. */
    private static final int NARROW_BITS = 3;
    private static final int NARROW = 7;
    /** What a bias of more than the least units is kept within, which leaves most of an int32 to the products. */
    private static final int ROOM = 1 << 28;

    /**
     * What is known before the constants are written. A hard sigmoid, {@code max(0, min(1, (x + 3) / 6))}, is part of the sums: a sixth of them, begun from a half,
     * within bounds.
     *
     * @param zero what codes that come in are away from, where the operator does not know it
     * @param wide whether they take and give int16 codes
     */
    record Before(Lowering file, Step step, Layer layer, QuantizedTensor codes, float[] bias, float[] steps, double shift, Finish finish, double bound,
                  int zero, boolean wide) {

        Sums written(Value x, Coded.Arrangement arrangement) {
            FlatFile flat = file.operators().file();
            boolean narrow = !wide && file.narrow() && codes.bits() <= NARROW_BITS && greatest(codes) <= NARROW;
            // kernels round twice, the first time to a number that is as fine as products are
            int[] finer = finer(x, greatest(codes), narrow ? NARROW : Byte.MAX_VALUE);
            byte[] integers = codes.integers().clone();
            float[] units = steps.clone();
            for (int i = 0; i < integers.length; i++) {
                integers[i] *= (byte) finer[i / row()];
            }
            for (int o = 0; o < units.length; o++) {
                units[o] /= finer[o];
            }
            integers = arrangement.of(integers);
            Kind kind = narrow ? Kind.INT4 : Kind.INT8;
            int tensor = flat.codes(kind, arrangement.dims(), narrow ? Bytes.halves(integers) : integers, units, arrangement.dimension());
            Weights weights = new Weights(tensor, kind, arrangement.inner(), Coded.bias(flat, x, begun(x, finer), units));
            Value.Grid grid = wide ? (finish.wide() ? finish.grid(bound) : Value.Grid.wide(bound)) : finish.grid(bound);
            return new Sums(weights, grid, finish.fused(), finish);
        }

        private static int greatest(QuantizedTensor codes) {
            int greatest = 0;
            for (byte integer : codes.integers()) {
                greatest = Math.max(greatest, Math.abs(integer));
            }
            return greatest;
        }

        private int row() {
            return codes.integers().length / steps.length;
        }

        /** Powers of two that the codes of each output channel can be multiplied by, and its bias. */
        private int[] finer(Value x, int greatest, int most) {
            int[] finer = new int[steps.length];
            for (int o = 0; o < finer.length; o++) {
                finer[o] = Integer.highestOneBit(Math.max(1, most / Math.max(1, greatest)));
                while (finer[o] > 1 && Math.abs(begun(x, o) * finer[o]) > ROOM) {
                    finer[o] /= 2;
                }
            }
            return finer;
        }

        /** What the sums of an output channel begin with, in units of the products of codes. */
        private double begun(Value x, int o) {
            double begun = file.numbers().absent() ? 0 : (bias[o] + shift) / ((double) x.scale() * steps[o]);
            for (int i = o * row(); zero != 0 && i < (o + 1) * row(); i++) {
                begun -= zero * codes.integers()[i];
            }
            return begun;
        }

        private long[] begun(Value x, int[] finer) {
            long[] begun = new long[steps.length];
            for (int o = 0; o < begun.length; o++) {
                begun[o] = Math.round(begun(x, o) * finer[o]);
                if (!wide && Math.abs(begun[o]) > Integer.MAX_VALUE) {
                    throw NoIntegerFormException.of(step.head(), "its weights are so close to zero that its bias is beyond an int32");
                }
            }
            return begun;
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
            return "sums of " + codes;
        }
    }

    /** Of a layer that takes codes. */
    static Before of(Lowering file, Step step, Layer layer, Value x, Finish given) {
        QuantizedTensor codes = file.numbers().quantized(layer.weight());
        float[] bias = layer.bias().map(file.numbers()::value).orElseGet(() -> new float[codes.steps().length]).clone();
        float[] steps = codes.steps().clone();
        Finish finish = given;
        Ending ending = given.ending();
        double shift = 0;
        if (ending.function().filter(function -> function == Activation.HARD_SIGMOID).isPresent() && ending.before().equals(Bounds.NONE)) {
            for (int o = 0; o < steps.length; o++) {
                steps[o] /= 6;
                bias[o] /= 6;
            }
            shift = 0.5;
            Bounds within = new Bounds(Math.max(0, ending.after().least()), Math.min(1, ending.after().most()));
            finish = new Finish(given.operators(), step, new Ending(within, Optional.empty(), Bounds.NONE), given.nonNegative());
        }
        int row = codes.integers().length / steps.length;
        for (int o = 0; o < steps.length; o++) {
            if (IntStream.range(o * row, (o + 1) * row).allMatch(i -> codes.integers()[i] == 0)) {
                // of a channel without weights one code comes, which may be half way between two; then steps are for its bias alone
                if (step.result().rounded() && finish.ending().function().isEmpty()) {
                    bias[o] = (float) (Math.rint((bias[o] + shift) / step.result().step()) * step.result().step() - shift);
                }
                steps[o] = (float) Math.max(steps[o], (Math.abs(bias[o]) + shift) / (x.scale() * ROOM));
            }
        }
        double least = (double) x.scale() * (x.kind().least() - x.zeroPoint());
        double most = (double) x.scale() * (x.kind().greatest() - x.zeroPoint());
        double[] greatest = new double[steps.length];
        double[] smallest = new double[steps.length];
        for (int i = 0; i < codes.integers().length; i++) {
            double weight = codes.integers()[i] * (double) steps[i / row];
            greatest[i / row] += Math.max(weight * least, weight * most);
            smallest[i / row] += Math.min(weight * least, weight * most);
        }
        double bound = 0;
        for (int o = 0; o < steps.length; o++) {
            bound = Math.max(bound, Math.max(greatest[o] + bias[o] + shift, -smallest[o] - bias[o] - shift));
        }
        boolean wide = finish.wide() || x.kind() == Kind.INT16;
        return new Before(file, step, layer, codes, bias, steps, shift, finish, bound, wide ? x.zeroPoint() : 0, wide);
    }
}
