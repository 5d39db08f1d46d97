package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** One run of {@link Greedy}: a way down from the full model for each budget. What two ways have in common is evaluated once. */
final class GreedyDescent {

    private final Greedy options;
    private final SearchProblem problem;
    private final int rankImages;
    private final EvaluationCache evaluations;
    private final Map<SubmodelSpec, Map<String, Double>> costs = new HashMap<>();
    private final Map<SubmodelSpec, Candidate> visited = new LinkedHashMap<>();

    GreedyDescent(Greedy options, SearchProblem problem) {
        this.options = options;
        this.problem = problem;
        this.rankImages = Math.min(options.rankImages(), problem.evaluator().images());
        this.evaluations = new EvaluationCache(problem.evaluator());
    }

    /** The last term of an axis taken away. */
    private record Removal(NestedAxis axis, int from, int to, SubmodelSpec left, double saving) {
        @Override
        public String toString() {
            return axis.id() + " " + from + " → " + to;
        }
    }

    SearchResult run() {
        for (int i = 0; i < problem.budgets().size(); i++) {
            descend(problem.budgets().get(i), i);
        }
        ParetoFront front = ParetoFront.of(visited.values());
        Map<String, Candidate> chosen = new LinkedHashMap<>();
        problem.budgets().forEach(budget -> chosen.put(budget.name(), front.best(budget).orElseThrow()));
        return new SearchResult(List.copyOf(visited.values()), chosen);
    }

    private void descend(Budget budget, int number) {
        SubmodelSpec current = problem.space().full();
        double whole = excess(current, budget);
        keep(current, budget, number, whole, "full model");
        while (!budget.allows(costs(current))) {
            Removal removal = cheapest(current, removals(current, budget));
            current = removal.left();
            keep(current, budget, number, whole, removal.toString());
        }
    }

    private void keep(SubmodelSpec spec, Budget budget, int number, double whole, String step) {
        checkCancelled();
        Evaluation evaluation = evaluations.evaluate(List.of(spec), problem.evaluator().images()).get(0);
        visited.putIfAbsent(spec, new Candidate(spec, costs(spec), evaluation));
        double left = budget.allows(costs(spec)) ? 0 : excess(spec, budget) / whole;
        problem.progress().report((number + 1 - left) / problem.budgets().size(),
                String.format(Locale.ROOT, "%s: %s, accuracy %.1f %%", budget.name(), step, 100 * evaluation.accuracy()));
    }

    /** Those that save; or, where two removals save only together, all. */
    private List<Removal> removals(SubmodelSpec current, Budget budget) {
        List<Removal> removals = new ArrayList<>();
        double before = excess(current, budget);
        for (NestedAxis axis : problem.space().axes()) {
            int keep = current.keep(axis.id());
            int below = axis.below(keep);
            if (below > 0) {
                SubmodelSpec left = current.with(axis.id(), below);
                removals.add(new Removal(axis, keep, below, left, before - excess(left, budget)));
            }
        }
        if (removals.isEmpty()) {
            throw new IllegalArgumentException("Budget " + budget.name() + " cannot be met: the smallest submodel costs " + costs(current)
                    + ", the limits are " + budget.limits());
        }
        List<Removal> saving = removals.stream().filter(removal -> removal.saving() > 0).toList();
        return saving.isEmpty() ? removals : saving;
    }

    private Removal cheapest(SubmodelSpec current, List<Removal> removals) {
        checkCancelled();
        double before = options.rankBy().badness(evaluations.evaluate(List.of(current), rankImages).get(0));
        List<Evaluation> after = evaluations.evaluate(removals.stream().map(Removal::left).toList(), rankImages);
        Map<Removal, Double> prices = new LinkedHashMap<>();
        for (int i = 0; i < removals.size(); i++) {
            double badness = options.rankBy().badness(after.get(i));
            // from one infinite loss to another is no improvement
            double lost = badness == Double.POSITIVE_INFINITY ? badness : Math.max(0, badness - before);
            double saving = removals.get(i).saving();
            prices.put(removals.get(i), saving > 0 ? lost / saving : lost);
        }
        // the first of equal ones is the minimum, so ties go by the order of the axes
        return removals.stream().min(Comparator.<Removal>comparingDouble(prices::get)
                .thenComparing(Comparator.comparingDouble(Removal::saving).reversed())).orElseThrow();
    }

    private double excess(SubmodelSpec spec, Budget budget) {
        Map<String, Double> cost = costs(spec);
        return budget.limits().entrySet().stream()
                .mapToDouble(limit -> Math.max(0, cost.get(limit.getKey()) - limit.getValue()) / limit.getValue()).sum();
    }

    private Map<String, Double> costs(SubmodelSpec spec) {
        return costs.computeIfAbsent(spec, problem.costs());
    }

    private void checkCancelled() {
        if (problem.progress().cancelled()) {
            throw new CancellationException("The search was cancelled");
        }
    }
}
