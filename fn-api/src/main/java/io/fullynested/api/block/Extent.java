package io.fullynested.api.block;

import io.fullynested.api.graph.IndexRanges;

/**
 * How many terms a dimension has in the supernet, and which of them the submodel being built keeps. Signals that are added must
 * have the same extent, so all that writes to one residual stream uses one.
 *
 * @param size number of terms in the supernet
 * @param kept those kept, within {@code [0, size)}
 */
public record Extent(int size, IndexRanges kept) {

    /** A dimension that no axis shortens. */
    public static Extent fixed(int size) {
        return new Extent(size, IndexRanges.prefix(size));
    }

    /** Every kept term replaced by a block of {@code inner}: {@code paths.times(width)} are the channels of a bundle of paths. */
    public Extent times(Extent inner) {
        return new Extent(size * inner.size, kept.times(inner.size, inner.kept));
    }
}
