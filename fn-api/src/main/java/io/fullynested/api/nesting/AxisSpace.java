package io.fullynested.api.nesting;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * All axes of a supernet, in the order in which the network meets them. The submodels are all combinations of their keeps.
 *
 * @param axes the axes, ids unique
 */
public record AxisSpace(List<NestedAxis> axes) {

    /** @throws IllegalArgumentException if two axes share an id */
    public AxisSpace {
        axes = List.copyOf(axes);
        Map<String, NestedAxis> byId = new LinkedHashMap<>();
        for (NestedAxis axis : axes) {
            if (byId.put(axis.id(), axis) != null) {
                throw new IllegalArgumentException("Two axes are named '" + axis.id() + "'");
            }
        }
    }

    /**
     * The axis of an id.
     *
     * @throws IllegalArgumentException if there is none, listing those there are
     */
    public NestedAxis axis(String id) {
        return axes.stream().filter(a -> a.id().equals(id)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "There is no axis '" + id + "'; the axes are " + axes.stream().map(NestedAxis::id).toList()));
    }

    /** The selection that keeps everything. */
    public SubmodelSpec full() {
        return select(NestedAxis::size);
    }

    /** The selection that keeps the least of every axis. */
    public SubmodelSpec smallest() {
        return select(NestedAxis::smallest);
    }

    /** The selection that keeps what {@code choice} says of each axis. */
    public SubmodelSpec select(ToIntFunction<NestedAxis> choice) {
        Map<String, Integer> keeps = new TreeMap<>();
        axes.forEach(axis -> keeps.put(axis.id(), choice.applyAsInt(axis)));
        return new SubmodelSpec(keeps);
    }

    /**
     * Completes a selection that mentions some axes only: the others are kept whole.
     *
     * @throws IllegalArgumentException if it names an axis or a keep that does not exist, naming the legal ones
     */
    public SubmodelSpec complete(SubmodelSpec partial) {
        Map<String, Integer> keeps = new TreeMap<>(full().keeps());
        partial.keeps().forEach((id, keep) -> {
            NestedAxis axis = axis(id);
            if (!axis.keeps().contains(keep)) {
                throw new IllegalArgumentException("Axis '" + id + "' cannot keep " + keep + "; legal are " + axis.keeps());
            }
            keeps.put(id, keep);
        });
        return new SubmodelSpec(keeps);
    }

    /** All submodels, from the smallest to the full one, the first axis growing first. There may be very many: limit the stream. */
    public Stream<SubmodelSpec> stream() {
        return Stream.iterate(smallest(), Objects::nonNull, this::next);
    }

    private SubmodelSpec next(SubmodelSpec spec) {
        Map<String, Integer> keeps = new TreeMap<>(spec.keeps());
        for (NestedAxis axis : axes) {
            int next = axis.keeps().indexOf(keeps.get(axis.id())) + 1;
            keeps.put(axis.id(), axis.keeps().get(next % axis.keeps().size()));
            if (next < axis.keeps().size()) {
                return new SubmodelSpec(keeps);
            }
        }
        return null;
    }

    /**
     * Number of selections, as a double because it is often beyond a long. Several may give the same submodel, where one is of what it does not use:
     * the paths of a layer that is gone.
     */
    public double submodels() {
        return axes.stream().mapToDouble(a -> a.keeps().size()).reduce(1, (a, b) -> a * b);
    }
}
