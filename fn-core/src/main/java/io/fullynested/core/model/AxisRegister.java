package io.fullynested.core.model;

import io.fullynested.api.block.Extent;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.QuantizationOptions;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The axes that a network declares while it is built, and what a selection keeps of them. Without a selection, everything. */
final class AxisRegister {

    private final Map<String, NestedAxis> axes = new LinkedHashMap<>();
    private final Set<String> own = new HashSet<>();
    private final SubmodelSpec selection;

    AxisRegister(SubmodelSpec selection) {
        this.selection = selection;
    }

    /** The axes with more than one legal keep, in the order of their first use. */
    AxisSpace space() {
        return new AxisSpace(axes.values().stream().filter(NestedAxis::isOpen).toList());
    }

    /** The extent of a dimension; axes of a whole block or network give each of their dimensions the same share. */
    Extent extent(NestingLevel level, NestingOptions.Level options, String block, String scope, String name, int size) {
        String id = id(options.per(), block, scope, name, level.name().toLowerCase(Locale.ROOT));
        if (options.per() == NestingOptions.Granularity.LAYER && !own.add(id)) {
            throw new IllegalArgumentException("axis '" + id + "' is declared twice");
        }
        int keep = keep(id, level, size, () -> options.of(size));
        int whole = axes.get(id).size();
        long step = (long) whole * options.multiple();
        int kept = whole == size ? keep : (int) Math.min(size, ((long) size * keep + step - 1) / step * options.multiple());
        return new Extent(size, IndexRanges.prefix(kept));
    }

    /** The bits of a tensor; {@code kind} is {@code weights} or {@code activations}. */
    int bits(QuantizationOptions.Bits options, String block, String tensor, String kind) {
        String id = id(options.per(), block, tensor, kind + ".bits", kind + ".bits");
        return keep(id, NestingLevel.BITS, options.bits(), options::legal);
    }

    private static String id(NestingOptions.Granularity per, String block, String scope, String name, String shared) {
        return switch (per) {
            case NETWORK -> shared;
            case BLOCK -> block + "." + shared;
            case LAYER -> scope.replace('/', '.') + "." + name;
        };
    }

    /** @param legal asked once for each axis: a network with one knob for all its bits has many tensors, and is compiled often */
    private int keep(String id, NestingLevel level, int size, Supplier<List<Integer>> legal) {
        NestedAxis axis = axes.get(id);
        if (axis == null) {
            axis = new NestedAxis(id, level, size, legal.get());
            axes.put(id, axis);
        } else if (axis.level() != level) {
            throw new IllegalArgumentException("axis '" + id + "' is used for " + axis.level() + " and for " + level);
        }
        return selection == null || !axis.isOpen() ? axis.size() : selection.keep(id);
    }
}
