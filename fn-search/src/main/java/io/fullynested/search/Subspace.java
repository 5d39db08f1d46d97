package io.fullynested.search;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.SearchResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The part of a search space where some axes are frozen and others move together. A strategy searches {@link #space()}, a space of
 * its own with fewer axes, and does not know of the other one.
 */
final class Subspace {

    private final AxisSpace space;
    private final Map<String, Integer> frozen;
    private final UnaryOperator<SubmodelSpec> canonical;
    /** An axis of the part → the axes of the whole that it moves. */
    private final Map<String, List<NestedAxis>> moved = new LinkedHashMap<>();
    private final Map<SubmodelSpec, SubmodelSpec> known = new HashMap<>();

    /**
     * A part of a space. Of a group, the axis with the most legal prefixes leads; another with fewer keeps the one at the same share of
     * its list.
     *
     * @param frozen axis → terms that are kept of it
     * @param tied   groups of axes
     * @param canonical gives one of all selections of a submodel, which may be several where it does not use all axes
     * @throws IllegalArgumentException if an axis or a number of terms does not exist, or an axis is frozen or tied twice
     */
    Subspace(AxisSpace whole, Map<String, Integer> frozen, List<List<String>> tied, UnaryOperator<SubmodelSpec> canonical) {
        this.canonical = canonical;
        whole.complete(new SubmodelSpec(frozen));
        this.frozen = new TreeMap<>(frozen);
        Set<String> placed = new HashSet<>(frozen.keySet());
        Map<String, List<NestedAxis>> groups = new TreeMap<>();
        for (List<String> group : tied) {
            List<NestedAxis> axes = group.stream().map(whole::axis).toList();
            for (NestedAxis axis : axes) {
                if (!placed.add(axis.id())) {
                    throw new IllegalArgumentException("axis '" + axis.id() + "' is " + (frozen.containsKey(axis.id()) ? "frozen, so it cannot be"
                            : "already") + " tied");
                }
                groups.put(axis.id(), axes);
            }
        }
        List<NestedAxis> axes = new ArrayList<>();
        for (NestedAxis axis : whole.axes()) {
            List<NestedAxis> group = groups.getOrDefault(axis.id(), List.of(axis));
            if (!frozen.containsKey(axis.id()) && group.get(0) == axis) {
                NestedAxis leader = group.size() == 1 ? axis : leader(group);
                axes.add(leader);
                moved.put(leader.id(), group);
            }
        }
        this.space = new AxisSpace(axes);
    }

    /** One axis for a group, its terms the steps of the longest list. */
    private static NestedAxis leader(List<NestedAxis> group) {
        int steps = group.stream().mapToInt(axis -> axis.keeps().size()).max().orElseThrow();
        return new NestedAxis(String.join("+", group.stream().map(NestedAxis::id).toList()), group.get(0).level(), steps,
                IntStream.rangeClosed(1, steps).boxed().toList());
    }

    AxisSpace space() {
        return space;
    }

    /** The canonical selection of the whole space that one of the part stands for. */
    SubmodelSpec whole(SubmodelSpec part) {
        return known.computeIfAbsent(part, p -> {
            Map<String, Integer> used = new TreeMap<>(canonical.apply(selection(p)).keeps());
            used.putAll(frozen);
            return new SubmodelSpec(used);
        });
    }

    /** A selection of the whole space that one of the part stands for: of the same submodel, and known without compiling it. */
    SubmodelSpec selection(SubmodelSpec part) {
        Map<String, Integer> keeps = new TreeMap<>(frozen);
        for (NestedAxis axis : space.axes()) {
            List<NestedAxis> group = moved.get(axis.id());
            double share = axis.keeps().size() == 1 ? 0 : axis.keeps().indexOf(part.keep(axis.id())) / (axis.keeps().size() - 1.0);
            for (NestedAxis member : group) {
                keeps.put(member.id(), member.keeps().get((int) Math.round(share * (member.keeps().size() - 1))));
            }
        }
        return new SubmodelSpec(keeps);
    }

    private List<SubmodelSpec> whole(List<SubmodelSpec> parts) {
        return parts.stream().map(this::whole).toList();
    }

    /** What was found, in terms of the whole space. */
    SearchResult whole(SearchResult part) {
        Map<String, Candidate> chosen = new LinkedHashMap<>();
        part.chosen().forEach((budget, candidate) -> chosen.put(budget, whole(candidate)));
        return new SearchResult(part.visited().stream().map(this::whole).toList(), chosen, part.figures(),
                part.paths().stream().map(path -> whole(path).stream().distinct().toList()).toList(), part.unmet(), part.sensitivities());
    }

    private Candidate whole(Candidate part) {
        return new Candidate(whole(part.spec()), part.costs(), part.evaluation());
    }

    /** Measures submodels of the part. */
    Evaluator evaluator(Evaluator ofWhole) {
        return new Evaluator() {
            @Override
            public int images() {
                return ofWhole.images();
            }

            @Override
            public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
                return ofWhole.evaluate(whole(specs), images);
            }

            @Override
            public int parallel() {
                return ofWhole.parallel();
            }

            @Override
            public int blocks() {
                return ofWhole.blocks();
            }

            @Override
            public List<Double> divergences(List<SubmodelSpec> specs, int block) {
                return ofWhole.divergences(whole(specs), block);
            }
        };
    }
}
