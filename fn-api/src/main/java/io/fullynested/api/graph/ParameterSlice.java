package io.fullynested.api.graph;

import java.util.Arrays;
import java.util.List;

/**
 * The part of a master tensor that a graph uses.
 *
 * @param parameter name of the master tensor
 * @param ranges    the indices used, per dimension of the master
 */
public record ParameterSlice(String parameter, List<IndexRanges> ranges) {

    public ParameterSlice {
        ranges = List.copyOf(ranges);
    }

    /** A whole tensor. */
    public static ParameterSlice whole(String parameter, int... shape) {
        return new ParameterSlice(parameter, Arrays.stream(shape).mapToObj(IndexRanges::prefix).toList());
    }

    /** The shape of the slice. */
    public int[] shape() {
        return ranges.stream().mapToInt(IndexRanges::size).toArray();
    }

    /** Number of elements of the slice. */
    public int elements() {
        int elements = 1;
        for (IndexRanges range : ranges) {
            elements *= range.size();
        }
        return elements;
    }
}
