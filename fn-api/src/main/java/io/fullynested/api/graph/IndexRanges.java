package io.fullynested.api.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * A subset of the indices of a dimension as ascending, disjoint, half-open ranges. Adjacent ranges are merged, so that equal
 * subsets are equal values.
 *
 * @param ranges the ranges
 */
public record IndexRanges(List<Range> ranges) {

    /** Indices {@code from ≤ i < to}. */
    public record Range(int from, int to) {
        public int size() {
            return to - from;
        }
    }

    /** @throws IllegalArgumentException if the ranges are empty, overlap or do not ascend */
    public IndexRanges {
        List<Range> merged = new ArrayList<>(ranges.size());
        for (Range next : ranges) {
            Range last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (next.from < 0 || next.to <= next.from || last != null && next.from < last.to) {
                throw new IllegalArgumentException("Ranges must be non-empty, ascending and disjoint: " + ranges);
            }
            if (last != null && last.to == next.from) {
                merged.set(merged.size() - 1, new Range(last.from, next.to));
            } else {
                merged.add(next);
            }
        }
        ranges = List.copyOf(merged);
    }

    /** {@code from ≤ i < to}. */
    public static IndexRanges of(int from, int to) {
        return new IndexRanges(List.of(new Range(from, to)));
    }

    /** The first {@code count} indices. */
    public static IndexRanges prefix(int count) {
        return of(0, count);
    }

    /** Number of indices. */
    public int size() {
        int size = 0;
        for (Range range : ranges) {
            size += range.size();
        }
        return size;
    }

    /** Whether these are exactly the first {@link #size()} indices. */
    public boolean isPrefix() {
        return ranges.size() == 1 && ranges.get(0).from == 0;
    }

    /** The indices one by one, ascending. */
    public int[] indices() {
        int[] indices = new int[size()];
        int next = 0;
        for (Range range : ranges) {
            for (int i = range.from; i < range.to; i++) {
                indices[next++] = i;
            }
        }
        return indices;
    }

    /** Every index {@code i} replaced by the block {@code [i·factor, (i+1)·factor)}, of which {@code inner} is kept. */
    public IndexRanges times(int factor, IndexRanges inner) {
        if (inner.equals(prefix(factor))) {
            return new IndexRanges(ranges.stream().map(r -> new Range(r.from * factor, r.to * factor)).toList());
        }
        List<Range> product = new ArrayList<>();
        for (int index : indices()) {
            for (Range range : inner.ranges) {
                product.add(new Range(index * factor + range.from, index * factor + range.to));
            }
        }
        return new IndexRanges(product);
    }

    /** Those within {@code [from, to)}, counted from {@code from}; {@code null} if there are none. */
    public IndexRanges within(int from, int to) {
        List<Range> part = new ArrayList<>();
        for (Range range : ranges) {
            int start = Math.max(range.from, from);
            int end = Math.min(range.to, to);
            if (start < end) {
                part.add(new Range(start - from, end - from));
            }
        }
        return part.isEmpty() ? null : new IndexRanges(part);
    }

    /** These followed by {@code next}, the latter moved up by {@code offset}. */
    public IndexRanges append(int offset, IndexRanges next) {
        List<Range> all = new ArrayList<>(ranges);
        next.ranges.forEach(r -> all.add(new Range(r.from + offset, r.to + offset)));
        return new IndexRanges(all);
    }
}
