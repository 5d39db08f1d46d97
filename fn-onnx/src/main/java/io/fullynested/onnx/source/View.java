package io.fullynested.onnx.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the numbers of a value of the source stand among those of a signal here, {@code channels × rows × columns}, row by row: what reshapes,
 * transpositions and slices of a value come down to. Place {@code i} of the value is place {@code offset + Σ iₐ · strides[a]} of the signal.
 *
 * @param signal  channels, rows and columns of the signal
 * @param sizes   extents of the value
 * @param strides for each of its dimensions
 */
record View(int[] signal, int offset, int[] sizes, int[] strides) {

    /** A value whose numbers stand as those of the signal. */
    static View first(int[] signal, int[] sizes) {
        return new View(signal, 0, sizes, dense(sizes, 1));
    }

    /** A value whose last dimension is the signal's channels, those before its positions. */
    static View last(int[] signal, int[] sizes) {
        int[] strides = dense(Arrays.copyOf(sizes, sizes.length - 1), 1);
        int[] all = Arrays.copyOf(strides, sizes.length);
        all[sizes.length - 1] = signal[1] * signal[2];
        return new View(signal, 0, sizes, all);
    }

    private static int[] dense(int[] sizes, int step) {
        int[] strides = new int[sizes.length];
        int next = step;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = next;
            next *= sizes[i];
        }
        return strides;
    }

    int positions() {
        return signal[1] * signal[2];
    }

    /** The same numbers in other dimensions; empty if these have no steps of their own. */
    Optional<View> reshaped(int[] to) {
        int[] next = new int[to.length];
        int old = 0;
        int made = 0;
        int[] from = real();
        while (old < from.length && made < to.length) {
            int first = old;
            int start = made;
            int have = sizes[from[old++]];
            int want = to[made++];
            while (have != want) {
                if (have < want && old < from.length) {
                    have *= sizes[from[old++]];
                } else if (have > want && made < to.length) {
                    want *= to[made++];
                } else {
                    return Optional.empty();
                }
            }
            for (int i = first; i + 1 < old; i++) {
                if (strides[from[i]] != sizes[from[i + 1]] * strides[from[i + 1]]) {
                    return Optional.empty();
                }
            }
            int[] steps = dense(Arrays.copyOfRange(to, start, made), strides[from[old - 1]]);
            System.arraycopy(steps, 0, next, start, steps.length);
        }
        return Optional.of(new View(signal, offset, to, next));
    }

    View transposed(int[] order) {
        return new View(signal, offset, Arrays.stream(order).map(i -> sizes[i]).toArray(), Arrays.stream(order).map(i -> strides[i]).toArray());
    }

    /** Some in a row along one dimension. */
    View part(int axis, int from, int count) {
        int[] fewer = sizes.clone();
        fewer[axis] = count;
        return new View(signal, offset + from * strides[axis], fewer, strides);
    }

    /** Without a dimension of one. */
    View without(int axis) {
        int[] left = IntStream.range(0, sizes.length).filter(i -> i != axis).toArray();
        return transposed(left);
    }

    /** Its dimensions of more than one. */
    private int[] real() {
        return IntStream.range(0, sizes.length).filter(i -> sizes[i] > 1).toArray();
    }

    /** Sizes and strides of its dimensions of more than one, as a list that can be compared. */
    private List<List<Integer>> steps() {
        return Arrays.stream(real()).mapToObj(i -> List.of(sizes[i], strides[i])).toList();
    }

    /** Whether it is the signal as it is, or as a sequence of its pixels. */
    boolean isFirst() {
        return offset == 0 && (steps().equals(steps(true, signal)) || steps().equals(steps(true, sequence())));
    }

    /** Whether it is that with the channels behind the positions. */
    boolean isLast() {
        return offset == 0 && (steps().equals(steps(false, signal)) || steps().equals(steps(false, sequence())));
    }

    private int[] sequence() {
        return new int[] {signal[0], 1, positions()};
    }

    private static List<List<Integer>> steps(boolean first, int[] shape) {
        List<List<Integer>> all = new ArrayList<>();
        all.add(List.of(shape[1], shape[2]));
        all.add(List.of(shape[2], 1));
        all.add(first ? 0 : 2, List.of(shape[0], shape[1] * shape[2]));
        return all.stream().filter(step -> step.get(0) > 1).toList();
    }

    /** The positions in a row that it has all channels of, as {@code from, count}; empty if it is something else. */
    Optional<int[]> range(boolean first) {
        int[] real = real();
        int channels = first ? 0 : real.length - 1;
        if (real.length == 0 || real.length > 2 || sizes[real[channels]] != signal[0] || strides[real[channels]] != positions() || offset >= positions()) {
            return Optional.empty();
        }
        int count = real.length == 1 ? 1 : sizes[real[1 - channels]];
        boolean rows = real.length == 1 || strides[real[1 - channels]] == 1;
        return rows && offset + count <= positions() ? Optional.of(new int[] {offset, count}) : Optional.empty();
    }

    /**
     * The channels of heads: for each head its channels, one after the other; empty if it is something else than heads of all positions.
     *
     * @param channels dimension of a head's channels
     * @param steps    dimension of the positions
     */
    Optional<int[]> heads(int channels, int steps) {
        int[] others = IntStream.of(real()).filter(i -> i != channels && i != steps).toArray();
        boolean whole = sizes[steps] == positions() && (positions() == 1 || strides[steps] == 1) && others.length <= 1;
        int count = others.length == 1 ? sizes[others[0]] : 1;
        int[] list = new int[count * sizes[channels]];
        for (int i = 0; i < list.length && whole; i++) {
            int place = offset + (others.length == 1 ? i / sizes[channels] * strides[others[0]] : 0) + i % sizes[channels] * strides[channels];
            whole = place % positions() == 0;
            list[i] = place / positions();
        }
        return whole ? Optional.of(list) : Optional.empty();
    }
}
