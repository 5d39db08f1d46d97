package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The exact optimum of an additive model. How far predictions move from the full model's is measured for each axis alone, at each of its legal prefixes, and
 * taken to add up, {@code D(s) = Σ Dₐ(sₐ)}, as bits of layers are chosen by HAWQ-V3 (Yao et al., ICML 2021, there an integer linear programme) in the setting
 * of HAQ (Wang et al., CVPR 2019: bits for each layer under a budget). Costs are not modelled. The submodel of the least sum within a budget is a multiple-choice
 * knapsack, which {@link MultipleChoice} solves exactly: <b>optimal for the model, and no more true than the model is</b>. What axes do to one another
 * is not in it; the finalists are measured. Deterministic.
 *
 * <p>Where a cost is no sum over axes, those that play together are one group, all of whose combinations are looked at. Meant for knobs of many
 * layers that hardly meet, {@code weights: {per: layer}}; channels meet those of the next layer, and so the whole network.
 *
 * @param blocks    blocks that each prefix of each axis is measured on
 * @param most      combinations within groups that are looked at; more are refused
 * @param finalists submodels to measure on all validation images for each budget: those of the least sums that no other beats in cost as well
 */
public record Knapsack(
        @Option(value = "blocks of 50 validation images that each prefix of each axis is measured on; all if there are fewer", byDefault = "4", min = 1) int blocks,
        @Option(value = "combinations of axes whose costs are no sum to look at; more are refused", byDefault = "50000", min = 1) int most,
        @Option(value = "submodels to measure on all validation images for each budget", byDefault = "3", min = 1) int finalists)
        implements SearchStrategy {

    /** Of the whole search, before the finalists are measured. */
    private static final double MEASURING = .6;
    /** What sums of costs may be off, as they are computed in another order than the cost itself. */
    private static final double ROUNDING = 1e-9;

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        Map<String, Map<Integer, Double>> losses = losses(explored);
        List<Budget> budgets = problem.budgets();
        for (int i = 0; i < budgets.size(); i++) {
            List<SubmodelSpec> best = best(explored, losses, budgets.get(i));
            if (best.isEmpty()) {
                throw explored.cannotBeMet(budgets.get(i));
            }
            explored.visit(best);
            explored.report(MEASURING + (1 - MEASURING) * (i + 1) / budgets.size(), budgets.get(i).name(), "measured on all images");
        }
        return explored.result();
    }

    /** For each axis what each of its prefixes alone costs in divergence, none below zero. */
    private Map<String, Map<Integer, Double>> losses(Exploration explored) {
        SubmodelSpec full = explored.problem().space().full();
        List<NestedAxis> axes = explored.problem().space().axes().stream().filter(NestedAxis::isOpen).toList();
        double whole = explored.divergences(List.of(full), explored.blocks(blocks)).get(0);
        Map<String, Map<Integer, Double>> losses = new HashMap<>();
        for (int a = 0; a < axes.size(); a++) {
            NestedAxis axis = axes.get(a);
            List<Integer> less = axis.keeps().subList(0, axis.keeps().size() - 1);
            List<Double> found = explored.divergences(less.stream().map(keep -> full.with(axis.id(), keep)).toList(), explored.blocks(blocks));
            Map<Integer, Double> of = new HashMap<>(Map.of(axis.size(), 0.0));
            for (int k = 0; k < less.size(); k++) {
                of.put(less.get(k), Math.max(0, found.get(k) - whole));
            }
            losses.put(axis.id(), of);
            explored.report(MEASURING * (a + 1) / axes.size(), "all", axis.id() + " measured");
        }
        return losses;
    }

    private List<SubmodelSpec> best(Exploration explored, Map<String, Map<Integer, Double>> losses, Budget budget) {
        SubmodelSpec full = explored.problem().space().full();
        List<String> names = List.copyOf(budget.limits().keySet());
        CostGroups groups = new CostGroups(explored.problem().space().axes(), full, explored::costs, names);
        requireFew(groups.groups());
        List<List<SubmodelSpec>> choices = groups.groups().stream().map(group -> combinations(group, full)).toList();
        List<List<MultipleChoice.Item>> items = new ArrayList<>();
        for (int g = 0; g < choices.size(); g++) {
            List<NestedAxis> group = groups.groups().get(g);
            items.add(choices.get(g).stream().map(spec -> new MultipleChoice.Item(
                    group.stream().mapToDouble(axis -> losses.get(axis.id()).get(spec.keep(axis.id()))).sum(), groups.change(spec))).toList());
            explored.checkCancelled();
        }
        double[] limits = names.stream().mapToDouble(name -> budget.limits().get(name) * (1 + ROUNDING) - explored.costs(full).get(name)).toArray();
        List<int[]> solutions = new MultipleChoice(items, limits).solve(explored::checkCancelled);
        return solutions.stream().map(taken -> joined(taken, groups.groups(), choices, full)).filter(spec -> budget.allows(explored.costs(spec)))
                .limit(finalists).toList();
    }

    private static SubmodelSpec joined(int[] taken, List<List<NestedAxis>> groups, List<List<SubmodelSpec>> choices, SubmodelSpec full) {
        SubmodelSpec joined = full;
        for (int g = 0; g < taken.length; g++) {
            for (NestedAxis axis : groups.get(g)) {
                joined = joined.with(axis.id(), choices.get(g).get(taken[g]).keep(axis.id()));
            }
        }
        return joined;
    }

    private static List<SubmodelSpec> combinations(List<NestedAxis> group, SubmodelSpec full) {
        List<SubmodelSpec> all = List.of(full);
        for (NestedAxis axis : group) {
            all = all.stream().flatMap(spec -> axis.keeps().stream().map(keep -> spec.with(axis.id(), keep))).toList();
        }
        return all;
    }

    private void requireFew(List<List<NestedAxis>> groups) {
        for (List<NestedAxis> group : groups) {
            double count = group.stream().mapToDouble(axis -> axis.keeps().size()).reduce(1, (a, b) -> a * b);
            if (count > most) {
                throw new IllegalArgumentException(String.format(Locale.ROOT, "knapsack: what a submodel costs is no sum over %s, which have %,.0f combinations, and at "
                        + "most %,d are to be looked at. Maybe --freeze or --tie some of them, or the strategy predictor?",
                        group.stream().map(NestedAxis::id).collect(Collectors.joining(", ")), count, most));
            }
        }
    }
}
