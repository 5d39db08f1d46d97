package io.fullynested.core.model;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Counts the submodels that differ, without going through them. A selection may say something of axes that its submodel does not use, the paths of a
 * layer that is gone: of all that differ in those only, one counts. An axis that decides whether others are used is tried at all its keeps, together
 * with those that decide about the same axes; everything else multiplies.
 */
final class DistinctSubmodels {

    /** More submodels of axes that hang together than are built to count them; then what their keeps make is told, which is more. */
    private static final double MOST = 4096;

    private final AxisSpace space;
    private final Function<SubmodelSpec, Set<String>> used;
    /** The axes that some keep of an axis leaves without use; of most, none. */
    private final Map<String, Set<String>> decides = new HashMap<>();

    private DistinctSubmodels(AxisSpace space, Function<SubmodelSpec, Set<String>> used) {
        this.space = space;
        this.used = used;
        for (NestedAxis axis : space.axes()) {
            Set<String> unused = new HashSet<>();
            axis.keeps().forEach(keep -> {
                Set<String> left = used.apply(space.full().with(axis.id(), keep));
                space.axes().stream().map(NestedAxis::id).filter(id -> !left.contains(id)).forEach(unused::add);
            });
            if (!unused.isEmpty()) {
                decides.put(axis.id(), unused);
            }
        }
    }

    /** @param used the axes that a submodel uses */
    static double count(AxisSpace space, Function<SubmodelSpec, Set<String>> used) {
        DistinctSubmodels counted = new DistinctSubmodels(space, used);
        List<Set<String>> together = counted.together();
        double submodels = 1;
        for (NestedAxis axis : space.axes()) {
            submodels *= together.stream().noneMatch(some -> some.contains(axis.id())) ? axis.keeps().size() : 1;
        }
        for (Set<String> some : together) {
            List<NestedAxis> deciding = space.axes().stream().filter(axis -> some.contains(axis.id()) && counted.decides.containsKey(axis.id())).toList();
            submodels *= deciding.stream().mapToDouble(axis -> axis.keeps().size()).reduce(1, (a, b) -> a * b) > MOST
                    ? space.axes().stream().filter(axis -> some.contains(axis.id())).mapToDouble(axis -> axis.keeps().size()).reduce(1, (a, b) -> a * b)
                    : counted.count(some, deciding, 0, space.full());
        }
        return submodels;
    }

    /** The axes that hang together: those that decide about the same ones, and these. */
    private List<Set<String>> together() {
        List<Set<String>> together = new ArrayList<>();
        decides.forEach((axis, unused) -> {
            Set<String> joined = new HashSet<>(unused);
            joined.add(axis);
            together.removeIf(other -> {
                boolean meets = other.stream().anyMatch(joined::contains);
                if (meets) {
                    joined.addAll(other);
                }
                return meets;
            });
            together.add(joined);
        });
        return together;
    }

    private double count(Set<String> some, List<NestedAxis> deciding, int next, SubmodelSpec selection) {
        if (next < deciding.size()) {
            NestedAxis axis = deciding.get(next);
            return axis.keeps().stream().mapToDouble(keep -> count(some, deciding, next + 1, selection.with(axis.id(), keep))).sum();
        }
        Set<String> uses = used.apply(selection);
        if (deciding.stream().anyMatch(axis -> !uses.contains(axis.id()) && selection.keep(axis.id()) != axis.size())) {
            // the same submodel as with all of what it does not use
            return 0;
        }
        return space.axes().stream().filter(axis -> some.contains(axis.id()) && uses.contains(axis.id()) && !deciding.contains(axis))
                .mapToDouble(axis -> axis.keeps().size()).reduce(1, (a, b) -> a * b);
    }
}
