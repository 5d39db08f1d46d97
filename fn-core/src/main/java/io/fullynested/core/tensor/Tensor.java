package io.fullynested.core.tensor;

import io.fullynested.api.graph.IndexRanges;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Numbers in row-major order. The arrays are shared, not copied: whoever makes a tensor gives them away.
 *
 * @param shape extents, outermost first; empty for a scalar
 * @param data  the elements
 */
public record Tensor(int[] shape, float[] data) {

    /** Elements that are written out. */
    private static final int SHOWN = 8;

    /** @throws IllegalArgumentException if the number of elements does not fit the shape */
    public Tensor {
        if (elements(shape) != data.length) {
            throw new IllegalArgumentException(data.length + " elements do not make a tensor of shape " + Arrays.toString(shape));
        }
    }

    /** A tensor of zeros. */
    public static Tensor zeros(int... shape) {
        return new Tensor(shape, new float[elements(shape)]);
    }

    /** A vector. */
    public static Tensor vector(float... data) {
        return new Tensor(new int[] {data.length}, data);
    }

    /** A scalar. */
    public static Tensor scalar(float value) {
        return new Tensor(new int[0], new float[] {value});
    }

    /** Some tensors of one shape but for the first extent, one after the other along it. */
    public static Tensor concat(List<Tensor> parts) {
        int[] shape = parts.get(0).shape.clone();
        shape[0] = parts.stream().mapToInt(part -> part.shape[0]).sum();
        Tensor all = zeros(shape);
        int written = 0;
        for (Tensor part : parts) {
            System.arraycopy(part.data, 0, all.data, written, part.data.length);
            written += part.data.length;
        }
        return all;
    }

    /** The first parts along the first extent, copied. */
    public Tensor first(int parts) {
        int[] fewer = shape.clone();
        fewer[0] = parts;
        return new Tensor(fewer, Arrays.copyOf(data, elements(fewer)));
    }

    /** The parts from one to just before another along the first extent, copied. */
    public Tensor range(int from, int end) {
        int[] fewer = shape.clone();
        fewer[0] = end - from;
        int part = data.length / shape[0];
        return new Tensor(fewer, Arrays.copyOfRange(data, from * part, end * part));
    }

    /** Number of elements of a shape. */
    public static int elements(int... shape) {
        int elements = 1;
        for (int extent : shape) {
            elements = Math.multiplyExact(elements, extent);
        }
        return elements;
    }

    /** A copy of the elements at the given indices of each dimension. */
    public Tensor slice(List<IndexRanges> ranges) {
        int[] sliced = ranges.stream().mapToInt(IndexRanges::size).toArray();
        if (Arrays.equals(sliced, shape)) {
            return this;
        }
        float[] target = new float[elements(sliced)];
        forEachRun(shape, ranges, (from, to, length) -> System.arraycopy(data, from, target, to, length));
        return new Tensor(sliced, target);
    }

    /** Whether the other has the same shape and the same numbers, bit for bit but for the kinds of NaN. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && Arrays.equals(shape, that.shape) && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape)
                + IntStream.range(0, Math.min(SHOWN, data.length)).mapToObj(i -> " " + data[i]).collect(Collectors.joining())
                + (data.length > SHOWN ? " …" : "");
    }

    /** A run of elements that lie together both in a tensor and in its slice. */
    @FunctionalInterface
    public interface Run {
        void accept(int from, int to, int length);
    }

    /** Visits the contiguous runs of a slice, in its order. */
    public static void forEachRun(int[] shape, List<IndexRanges> ranges, Run run) {
        int inner = shape.length;
        int length = 1;
        while (inner > 0 && ranges.get(inner - 1).size() == shape[inner - 1]) {
            length *= shape[--inner];
        }
        if (inner == 0) {
            run.accept(0, 0, length);
        } else {
            visit(shape, ranges, 0, inner - 1, 0, new int[1], length, run);
        }
    }

    private static void visit(int[] shape, List<IndexRanges> ranges, int dimension, int last, int base, int[] written, int length, Run run) {
        for (IndexRanges.Range range : ranges.get(dimension).ranges()) {
            if (dimension == last) {
                int count = range.size() * length;
                run.accept((base * shape[dimension] + range.from()) * length, written[0], count);
                written[0] += count;
            } else {
                for (int i = range.from(); i < range.to(); i++) {
                    visit(shape, ranges, dimension + 1, last, base * shape[dimension] + i, written, length, run);
                }
            }
        }
    }
}
