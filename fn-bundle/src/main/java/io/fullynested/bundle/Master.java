package io.fullynested.bundle;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A master tensor of weights, cut into segments that a selection keeps or drops as a whole.
 *
 * @param outputs lengths of the segments of its output channels
 * @param inputs  lengths of the segments of its inputs
 * @param inner   weights of a pair of an output and an input channel
 */
record Master(int[] outputs, int[] inputs, int inner) {

    /** @throws IllegalArgumentException if one of them is empty */
    Master {
        if (inner < 1 || Arrays.stream(outputs).anyMatch(length -> length < 1) || Arrays.stream(inputs).anyMatch(length -> length < 1)) {
            throw new IllegalArgumentException("A segment of nothing");
        }
    }

    /** The length of the kept segments. */
    static int size(int[] segments, BitSet kept) {
        int size = 0;
        for (int segment = kept.nextSetBit(0); segment >= 0; segment = kept.nextSetBit(segment + 1)) {
            size = Math.addExact(size, segments[segment]);
        }
        return size;
    }
}
