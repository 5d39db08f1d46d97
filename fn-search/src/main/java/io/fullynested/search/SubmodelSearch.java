package io.fullynested.search;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.model.Supernet;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Searches submodels of one supernet under budgets, with whatever strategy. */
public final class SubmodelSearch {

    private final Supernet supernet;
    private final Map<String, CostModel> costModels;

    /**
     * A search.
     *
     * @param costModels by name, as budgets use them; every submodel is told by all of them
     */
    public SubmodelSearch(Supernet supernet, Map<String, CostModel> costModels) {
        this.supernet = supernet;
        this.costModels = Collections.unmodifiableMap(new TreeMap<>(costModels));
    }

    /** What a submodel costs, by cost model. */
    public Map<String, Double> costs(SubmodelSpec spec) {
        Graph graph = supernet.compile(spec);
        Map<String, Double> costs = new TreeMap<>();
        costModels.forEach((name, model) -> costs.put(name, model.cost(graph)));
        return Collections.unmodifiableMap(costs);
    }

    /** The shares of the nodes of a submodel in its costs, by cost model; those that are not made of nodes are left out. */
    public Map<String, double[]> perNode(Graph graph) {
        Map<String, double[]> shares = new TreeMap<>();
        costModels.forEach((name, model) -> shares.put(name, model.perNode(graph)));
        shares.values().removeIf(share -> share.length == 0);
        return shares;
    }

    /** The units of the costs, by cost model. */
    public Map<String, String> units() {
        Map<String, String> units = new TreeMap<>();
        costModels.forEach((name, model) -> units.put(name, model.unit()));
        return units;
    }

    /**
     * Checks that some submodel meets each budget. Where no cost grows when less is kept, the smallest submodel decides; of other costs
     * nothing can be said yet.
     *
     * @throws InfeasibleBudgetException naming all limits that no submodel can meet
     * @throws IllegalArgumentException  if a budget limits what no cost model says
     */
    public void checkFeasible(List<Budget> budgets) {
        Map<String, Double> least = costs(supernet.axes().smallest());
        List<String> problems = new ArrayList<>();
        for (Budget budget : budgets) {
            budget.limits().forEach((cost, limit) -> {
                CostModel model = costModels.get(cost);
                if (model == null) {
                    throw new IllegalArgumentException("budget " + budget.name() + ": there is no cost model '" + cost + "'; there are "
                            + costModels.keySet());
                }
                if (model.monotone() && least.get(cost) > limit) {
                    problems.add("budget " + budget.name() + ": no submodel has " + cost + " ≤ " + number(limit) + "; the smallest has "
                            + number(least.get(cost)) + " " + model.unit());
                }
            });
        }
        if (!problems.isEmpty()) {
            throw new InfeasibleBudgetException(problems);
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) || value >= 1000 ? String.format(Locale.ROOT, "%,.0f", value)
                : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    }

    /**
     * Finds a submodel for each budget.
     *
     * @param evaluator measures submodels of this supernet
     * @param progress  told how far the search is; may cancel it
     * @param seed      for strategies that draw
     * @throws InfeasibleBudgetException                        before anything is measured, if no submodel can meet a budget
     * @throws java.util.concurrent.CancellationException       if it was cancelled
     * @throws IllegalStateException                            if the strategy breaks its promise
     */
    public SearchResult search(SearchOptions options, Evaluator evaluator, Progress progress, long seed) {
        checkFeasible(options.budgets());
        SearchResult result = options.strategy().search(
                new SearchProblem(supernet.axes(), this::costs, evaluator, options.budgets(), progress, seed));
        for (Budget budget : options.budgets()) {
            Candidate chosen = result.chosen().get(budget.name());
            if (chosen == null || !budget.allows(chosen.costs())) {
                throw new IllegalStateException("The strategy " + options.strategy() + " found for budget " + budget.name() + " "
                        + (chosen == null ? "nothing" : chosen.costs()) + ", the limits are " + budget.limits());
            }
        }
        return result;
    }
}
