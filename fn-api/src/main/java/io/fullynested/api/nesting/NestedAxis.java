package io.fullynested.api.nesting;

import java.util.List;

/**
 * One ranked sum of a supernet, of which a submodel keeps a prefix.
 *
 * @param id    unique within the supernet, for example {@code stage1.layers}
 * @param level what its terms are
 * @param size  number of terms of the whole sum, at least 1
 * @param keeps the legal prefix lengths, strictly ascending, within 1..size, the last one equal to {@code size}
 */
public record NestedAxis(String id, NestingLevel level, int size, List<Integer> keeps) {

    /** @throws IllegalArgumentException if the keeps are not legal prefix lengths */
    public NestedAxis {
        keeps = List.copyOf(keeps);
        int previous = 0;
        for (int keep : keeps) {
            if (keep <= previous) {
                throw new IllegalArgumentException("axis " + id + ": keeps must ascend from at least 1, found " + keeps);
            }
            previous = keep;
        }
        if (previous != size) {
            throw new IllegalArgumentException("axis " + id + ": the last keep must be the full size " + size + ", found " + keeps);
        }
    }

    /** The shortest legal prefix. */
    public int smallest() {
        return keeps.get(0);
    }

    /** Whether more than one prefix is legal. */
    public boolean isOpen() {
        return keeps.size() > 1;
    }

    /** The legal prefix just below {@code keep}, or 0 if there is none. */
    public int below(int keep) {
        int index = keeps.indexOf(keep);
        return index <= 0 ? 0 : keeps.get(index - 1);
    }
}
