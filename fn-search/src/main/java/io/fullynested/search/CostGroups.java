package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Axes in groups such that costs are sums over groups: two axes are in one where less of both does not save what less of each does, as bits of a
 * weight and of the signal that it meets do in BOPs, their product. Found by asking, and tried on submodels drawn at random; if that fails, all axes
 * are one group.
 */
final class CostGroups {

    private static final int TRIED = 30;
    private static final double EQUAL = 1e-9;

    private final List<NestedAxis> axes;
    private final Function<SubmodelSpec, Map<String, Double>> costs;
    private final Collection<String> names;
    private final SubmodelSpec full;
    private final List<List<NestedAxis>> groups;

    /**
     * Groups axes.
     *
     * @param full  the selection that keeps all
     * @param names of the costs that matter
     */
    CostGroups(List<NestedAxis> axes, SubmodelSpec full, Function<SubmodelSpec, Map<String, Double>> costs, Collection<String> names) {
        this.axes = axes.stream().filter(NestedAxis::isOpen).toList();
        this.full = full;
        this.costs = costs;
        this.names = names;
        List<List<NestedAxis>> parts = byPairs();
        this.groups = isSum(parts) ? parts : List.of(this.axes);
    }

    /** The groups, of all axes that are open. */
    List<List<NestedAxis>> groups() {
        return groups;
    }

    /** What a cost changes by where only some axes keep less than all, for each cost. */
    double[] change(SubmodelSpec spec) {
        return names.stream().mapToDouble(name -> costs.apply(spec).get(name) - costs.apply(full).get(name)).toArray();
    }

    private List<List<NestedAxis>> byPairs() {
        Map<String, Set<NestedAxis>> groupOf = new LinkedHashMap<>();
        axes.forEach(axis -> groupOf.put(axis.id(), new HashSet<>(Set.of(axis))));
        for (int a = 0; a < axes.size(); a++) {
            double[] one = change(less(axes.get(a)));
            for (int b = 0; b < a; b++) {
                Set<NestedAxis> with = groupOf.get(axes.get(b).id());
                Set<NestedAxis> group = groupOf.get(axes.get(a).id());
                if (group != with && !isSum(one, change(less(axes.get(b))), change(less(axes.get(a)).with(axes.get(b).id(), axes.get(b).smallest())))) {
                    group.addAll(with);
                    with.forEach(axis -> groupOf.put(axis.id(), group));
                }
            }
        }
        return groupOf.values().stream().distinct().map(group -> axes.stream().filter(group::contains).toList()).toList();
    }

    private SubmodelSpec less(NestedAxis axis) {
        return full.with(axis.id(), axis.smallest());
    }

    private boolean isSum(double[] one, double[] other, double[] both) {
        int c = 0;
        for (String name : names) {
            if (Math.abs(both[c] - one[c] - other[c]) > EQUAL * costs.apply(full).get(name)) {
                return false;
            }
            c++;
        }
        return true;
    }

    private boolean isSum(List<List<NestedAxis>> parts) {
        SplittableRandom random = new SplittableRandom(parts.size());
        for (int i = 0; i < TRIED; i++) {
            Map<String, Integer> drawn = new TreeMap<>(full.keeps());
            axes.forEach(axis -> drawn.put(axis.id(), axis.keeps().get(random.nextInt(axis.keeps().size()))));
            List<double[]> changes = new ArrayList<>();
            for (List<NestedAxis> part : parts) {
                SubmodelSpec spec = full;
                for (NestedAxis axis : part) {
                    spec = spec.with(axis.id(), drawn.get(axis.id()));
                }
                changes.add(change(spec));
            }
            double[] sum = new double[names.size()];
            changes.forEach(change -> Arrays.setAll(sum, c -> sum[c] + change[c]));
            if (!isSum(sum, new double[sum.length], change(new SubmodelSpec(drawn)))) {
                return false;
            }
        }
        return true;
    }
}
