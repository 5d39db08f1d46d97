package io.fullynested.search;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginException;
import io.fullynested.core.plugin.PluginFault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Searches submodels of one supernet under budgets, with whatever strategy. */
public final class SubmodelSearch {

    private final Supernet supernet;
    private final Map<String, CostModel> costModels;
    private volatile Compiled last;

    /**
     * A search.
     *
     * @param costModels by name, as budgets use them; every submodel is told by all of them
     */
    public SubmodelSearch(Supernet supernet, Map<String, CostModel> costModels) {
        this.supernet = supernet;
        this.costModels = Collections.unmodifiableMap(new TreeMap<>(costModels));
    }

    /**
     * What a submodel costs, by cost model.
     *
     * @throws PluginException if a cost model fails or says what is no cost
     */
    public Map<String, Double> costs(SubmodelSpec spec) {
        return Collections.unmodifiableMap(new TreeMap<>(costsOnDemand(spec)));
    }

    /** The same, but each cost is computed when it is asked for. */
    private Map<String, Double> costsOnDemand(SubmodelSpec spec) {
        return new CostsOnDemand(costModels.keySet(), name -> cost(name, costModels.get(name), compiled(spec), spec));
    }

    /** Several costs of a submodel are asked for one after another. */
    private Graph compiled(SubmodelSpec spec) {
        Compiled known = last;
        if (known == null || !known.spec().equals(spec)) {
            known = new Compiled(spec, supernet.compile(spec));
            last = known;
        }
        return known.graph();
    }

    private record Compiled(SubmodelSpec spec, Graph graph) {
    }

    private static double cost(String name, CostModel model, Graph graph, SubmodelSpec spec) {
        double cost;
        try {
            cost = model.cost(graph);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new PluginException(PluginFault.named("The cost model '" + name + "'", model) + " failed: " + PluginFault.reason(e));
        }
        if (!(cost >= 0 && cost < Double.POSITIVE_INFINITY)) {
            throw new PluginException(PluginFault.named("The cost model '" + name + "'", model) + " says " + cost + " " + model.unit()
                    + " of the submodel " + spec + "; a cost must be a number, 0 or more");
        }
        return cost;
    }

    /** What a person should know beside what a submodel costs, by cost model; of most there is nothing to say. */
    public Map<String, String> caveats(SubmodelSpec spec) {
        Graph graph = supernet.compile(spec);
        Map<String, String> caveats = new TreeMap<>();
        costModels.forEach((name, model) -> {
            try {
                model.caveat(graph).ifPresent(caveat -> caveats.put(name, caveat));
            } catch (IllegalArgumentException e) {
                caveats.put(name, e.getMessage());
            }
        });
        return caveats;
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
     * @throws IllegalArgumentException  if a budget or floor is about what no cost model says, or axes are frozen or tied that cannot be
     */
    public void checkFeasible(SearchOptions options) {
        Subspace part = part(options);
        SubmodelSpec smallest = part.whole(part.space().smallest());
        Map<String, Double> least = costs(smallest);
        List<String> problems = new ArrayList<>();
        options.floors().forEach(floor -> model("floor " + floor.name(), floor.minimise()));
        for (Budget budget : options.budgets()) {
            budget.limits().forEach((cost, limit) -> {
                CostModel model = model("budget " + budget.name(), cost);
                if (model.monotone() && least.get(cost) > limit + model.slack()) {
                    problems.add("budget " + budget.name() + ": no submodel has " + cost + " ≤ " + Amount.text(limit, model.unit())
                            + (options.freeze().isEmpty() ? "" : " with " + new SubmodelSpec(options.freeze()) + " frozen")
                            + "; the smallest has " + Amount.text(least.get(cost), model.unit()) + ", at " + smallest);
                }
            });
        }
        if (!problems.isEmpty()) {
            throw new InfeasibleBudgetException(problems);
        }
    }

    private CostModel model(String of, String cost) {
        CostModel model = costModels.get(cost);
        if (model == null) {
            throw new IllegalArgumentException(of + ": there is no cost model '" + cost + "'; there are " + costModels.keySet());
        }
        return model;
    }

    private Subspace part(SearchOptions options) {
        return new Subspace(supernet.axes(), options.freeze(), options.tie(), supernet::canonical);
    }

    /**
     * Finds a submodel for each budget and each floor. Those that nothing on the way met are {@link SearchResult#unmet}, each with why.
     *
     * @param evaluator measures submodels of this supernet
     * @param progress  told how far the search is; may cancel it
     * @param seed      for strategies that draw
     * @throws InfeasibleBudgetException                        if no submodel can meet a budget, before anything is measured
     * @throws java.util.concurrent.CancellationException       if it was cancelled
     * @throws IllegalStateException                            if the strategy breaks its promise
     */
    public SearchResult search(SearchOptions options, Evaluator evaluator, Progress progress, long seed) {
        checkFeasible(options);
        Subspace part = part(options);
        SearchOptions sorted = options.withBudgets(quickestFirst(options, part), options.floors());
        return new GoalSearch(sorted, part, spec -> costsOnDemand(part.selection(spec)), evaluator, seed).run(progress);
    }

    /** The same budgets, what is told soonest before what takes longer: a submodel that is beyond one limit is not held against the others. */
    private List<Budget> quickestFirst(SearchOptions options, Subspace part) {
        Graph smallest = supernet.compile(part.whole(part.space().smallest()));
        Map<String, Long> times = new TreeMap<>();
        options.costs().forEach(name -> {
            long start = System.nanoTime();
            cost(name, costModels.get(name), smallest, part.whole(part.space().smallest()));
            times.put(name, System.nanoTime() - start);
        });
        return options.budgets().stream().map(budget -> {
            Map<String, Double> limits = new LinkedHashMap<>();
            budget.limits().entrySet().stream().sorted(Comparator.comparing(limit -> times.get(limit.getKey()))).forEach(limit ->
                    limits.put(limit.getKey(), limit.getValue()));
            return new Budget(budget.name(), limits);
        }).toList();
    }
}
