package io.fullynested.core.tensor;

import io.fullynested.api.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Batches of samples that may have several parts, as a network with several inputs takes them. */
public final class Samples {

    private Samples() {
    }

    /**
     * The parts of each sample, or the outputs of each answer.
     *
     * @param samples {@code [n, C, H, W]}, or with several parts {@code [n, all numbers]}, those of one part after those of the other
     * @param parts   shapes of the parts of a sample
     * @return for each part {@code [n, …]}
     * @throws IllegalArgumentException if they are other samples
     */
    public static List<Tensor> parts(Tensor samples, List<Shape> parts) {
        Shape whole = Shape.joined(parts);
        int[] shape = samples.shape();
        int n = shape.length == 0 ? 0 : shape[0];
        if (Arrays.equals(shape, batch(n, whole)) && parts.size() == 1) {
            return List.of(samples);
        }
        boolean row = whole.positions() == 1 && shape.length > 1 && shape[1] == whole.channels();
        if (!row || samples.data().length != n * whole.elements()) {
            throw new IllegalArgumentException("The network takes " + (parts.size() == 1 ? "images" : "samples") + " of shape " + whole
                    + ", found a batch of shape " + Arrays.toString(shape));
        }
        return IntStream.range(0, parts.size()).mapToObj(i -> {
            int start = parts.subList(0, i).stream().mapToInt(Shape::elements).sum();
            return new Tensor(batch(n, parts.get(i)), numbers(samples.data(), 0, n, whole.elements(), start, parts.get(i).elements()));
        }).toList();
    }

    /**
     * The numbers of one part of some samples.
     *
     * @param data   samples of {@code stride} numbers each
     * @param first  the first sample
     * @param count  how many
     * @param start  where in a sample the part starts
     * @param length how many numbers it has
     */
    public static float[] numbers(float[] data, int first, int count, int stride, int start, int length) {
        float[] numbers = new float[count * length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(data, (first + i) * stride + start, numbers, i * length, length);
        }
        return numbers;
    }

    /**
     * Several numbers of each sample as one row, those of one part after those of the other; what is only one part stays as it is.
     *
     * @param parts {@code [n, …]} each
     */
    public static Tensor joined(List<Tensor> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        int n = parts.get(0).shape()[0];
        int[] lengths = parts.stream().mapToInt(part -> part.data().length / n).toArray();
        Tensor rows = Tensor.zeros(n, IntStream.of(lengths).sum());
        int next = 0;
        for (int i = 0; i < n; i++) {
            for (int p = 0; p < lengths.length; p++) {
                System.arraycopy(parts.get(p).data(), i * lengths[p], rows.data(), next, lengths[p]);
                next += lengths[p];
            }
        }
        return rows;
    }

    private static int[] batch(int n, Shape shape) {
        return IntStream.concat(IntStream.of(n), Arrays.stream(shape.extents())).toArray();
    }
}
