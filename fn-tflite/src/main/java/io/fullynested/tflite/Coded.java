package io.fullynested.tflite;

import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Window;
import java.util.Arrays;
import java.util.List;

/** Weights in the order in which TFLite wants them: channels last. */
final class Coded {

    private Coded() {
    }

    /**
     * How the weights of a layer lie.
     *
     * @param dims      of the tensor
     * @param dimension of the output channels
     * @param from      where each of them stands in the layer's own order
     * @param inner     channels that each output channel takes
     */
    record Arrangement(List<Integer> dims, int dimension, int[] from, int inner) {

        byte[] of(byte[] weights) {
            byte[] arranged = new byte[weights.length];
            for (int i = 0; i < arranged.length; i++) {
                arranged[i] = weights[from[i]];
            }
            return arranged;
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
            return "weights of " + dims;
        }
    }

    /** Of a matrix {@code [outputs, inputs]}. */
    static Arrangement matrix(Dense dense) {
        int[] shape = dense.weight().slice().shape();
        int[] from = new int[shape[0] * shape[1]];
        Arrays.setAll(from, i -> i);
        return new Arrangement(List.of(shape[0], shape[1]), 0, from, shape[1]);
    }

    /** Of filters {@code [outputs, inputs of a group, rows, columns]}. */
    static Arrangement filters(Convolution convolution, boolean depthwise) {
        int[] shape = convolution.weight().slice().shape();
        int outputs = shape[0];
        int inner = shape[1];
        int taps = shape[2] * shape[3];
        int[] from = new int[outputs * inner * taps];
        int next = 0;
        for (int o = 0; o < outputs; o++) {
            for (int k = 0; k < taps; k++) {
                for (int c = 0; c < inner; c++) {
                    // of a depthwise one, in which there is one channel to take, those of a pixel lie side by side
                    from[depthwise ? k * outputs + o : next++] = (o * inner + c) * taps + k;
                }
            }
        }
        return depthwise ? new Arrangement(List.of(1, shape[2], shape[3], outputs), 3, from, 1)
                : new Arrangement(List.of(outputs, shape[2], shape[3], inner), 0, from, inner);
    }

    /** Filters that give the mean of a window of each channel. */
    static Weights ones(FlatFile file, Value x, Window window) {
        int channels = x.last();
        byte[] ones = new byte[window.taps() * channels];
        Arrays.fill(ones, (byte) 1);
        float[] steps = new float[channels];
        Arrays.fill(steps, 1f / window.taps());
        int tensor = file.codes(Kind.INT8, List.of(1, window.rows().kernel(), window.columns().kernel(), channels), ones, steps, 3);
        return new Weights(tensor, Kind.INT8, 1, bias(file, x, new long[channels], steps));
    }

    /** What sums begin with. */
    static int bias(FlatFile file, Value x, long[] integers, float[] steps) {
        float[] units = new float[steps.length];
        for (int o = 0; o < units.length; o++) {
            units[o] = x.scale() * steps[o];
        }
        boolean wide = x.kind() == Kind.INT16;
        byte[] data = wide ? Bytes.of(integers) : Bytes.of(Arrays.stream(integers).mapToInt(Math::toIntExact).toArray());
        return file.codes(wide ? Kind.INT64 : Kind.INT32, List.of(integers.length), data, units, 0);
    }
}
