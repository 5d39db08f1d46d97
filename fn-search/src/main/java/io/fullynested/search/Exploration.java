package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** What one search knows so far: costs and qualities of submodels, none asked for twice, and the submodels it has visited. */
final class Exploration {

    private final SearchProblem problem;
    private final EvaluationCache evaluations;
    private final Map<SubmodelSpec, Map<String, Double>> costs = new HashMap<>();
    private final Map<SubmodelSpec, Candidate> visited = new LinkedHashMap<>();

    Exploration(SearchProblem problem) {
        this.problem = problem;
        this.evaluations = new EvaluationCache(problem.evaluator());
    }

    SearchProblem problem() {
        return problem;
    }

    Map<String, Double> costs(SubmodelSpec spec) {
        return costs.computeIfAbsent(spec, problem.costs());
    }

    /** How far a submodel is beyond the limits, {@code Σ max(0, cost / limit − 1)}. */
    double excess(SubmodelSpec spec, Budget budget) {
        Map<String, Double> cost = costs(spec);
        return budget.limits().entrySet().stream()
                .mapToDouble(limit -> Math.max(0, cost.get(limit.getKey()) - limit.getValue()) / limit.getValue()).sum();
    }

    /** @throws CancellationException if the search was cancelled; so do all that measure */
    void checkCancelled() {
        if (problem.progress().cancelled()) {
            throw new CancellationException("The search was cancelled");
        }
    }

    /** As many images as are wanted, or all if there are fewer. */
    int images(int wanted) {
        return Math.min(wanted, problem.evaluator().images());
    }

    /** Measures submodels on the first images. */
    List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        checkCancelled();
        return evaluations.evaluate(specs, images);
    }

    Evaluation evaluate(SubmodelSpec spec, int images) {
        return evaluate(List.of(spec), images).get(0);
    }

    /** As many blocks as are wanted, or all if there are fewer. */
    int blocks(int wanted) {
        return Math.min(wanted, problem.evaluator().blocks());
    }

    /** The mean divergences of submodels from the full one on the first blocks of images. */
    List<Double> divergences(List<SubmodelSpec> specs, int blocks) {
        double[] sums = new double[specs.size()];
        int images = 0;
        for (int block = 0; block < blocks; block++) {
            checkCancelled();
            List<double[]> some = evaluations.divergences(problem.space().full(), specs, block);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += Arrays.stream(some.get(i)).sum();
            }
            images += some.isEmpty() ? 0 : some.get(0).length;
        }
        double all = images;
        return Arrays.stream(sums).mapToObj(sum -> sum / all).toList();
    }

    /** On how many of the first blocks the divergence of a submodel needs no measuring. */
    int knownBlocks(SubmodelSpec spec) {
        int known = 0;
        while (known < problem.evaluator().blocks() && evaluations.hasDivergences(spec, known)) {
            known++;
        }
        return known;
    }

    /** Measures a submodel on all images and adds it to what was visited. */
    Candidate visit(SubmodelSpec spec) {
        Candidate candidate = new Candidate(spec, costs(spec), evaluate(spec, problem.evaluator().images()));
        visited.putIfAbsent(spec, candidate);
        return candidate;
    }

    /** Tells of a visit. */
    void report(double done, String name, String step, Candidate candidate) {
        problem.progress().report(done,
                String.format(Locale.ROOT, "%s: %s, accuracy %.1f %%", name, step, 100 * candidate.evaluation().accuracy()));
    }

    /** All that was visited, and of it the best that each budget allows. */
    SearchResult result() {
        ParetoFront front = ParetoFront.of(visited.values());
        Map<String, Candidate> chosen = new LinkedHashMap<>();
        problem.budgets().forEach(budget -> chosen.put(budget.name(), front.best(budget).orElseThrow(() -> cannotBeMet(budget))));
        return new SearchResult(List.copyOf(visited.values()), chosen);
    }

    IllegalArgumentException cannotBeMet(Budget budget) {
        return new IllegalArgumentException("Budget " + budget.name() + " cannot be met: the smallest submodel costs "
                + costs(problem.space().smallest()) + ", the limits are " + budget.limits());
    }
}
