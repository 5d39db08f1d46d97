package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/** What one search knows so far: costs and qualities of submodels, none asked for twice, and the submodels it has visited. */
final class Exploration {

    /** Budgets whose best so far a line of progress has room for. */
    private static final int SHOWN = 6;
    /** Submodels to measure on all images between two lines of progress, at least. */
    private static final int AT_ONCE = 4;

    private final SearchProblem problem;
    private final EvaluationCache evaluations;
    private final Map<SubmodelSpec, Map<String, Double>> costs = new HashMap<>();
    private final Map<SubmodelSpec, Candidate> visited = new LinkedHashMap<>();

    /** The best so far, by budget. */
    private final Map<String, Double> scores = new LinkedHashMap<>();
    private final Map<String, Double> figures = new LinkedHashMap<>();
    private final List<List<SubmodelSpec>> paths = new ArrayList<>();

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
        for (int block = 0; block < blocks; block++) {
            List<Double> some = measure(specs, block);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += some.get(i);
            }
        }
        return Arrays.stream(sums).mapToObj(sum -> sum / blocks).toList();
    }

    /** All divergences that were measured. */
    List<DivergenceModel.Sample> samples() {
        return evaluations.samples();
    }

    /** Whether the divergence on a block needs no measuring. */
    boolean isKnown(SubmodelSpec spec, int block) {
        return evaluations.hasDivergence(spec, block);
    }

    /** Measures divergences on one block. */
    List<Double> measure(List<SubmodelSpec> specs, int block) {
        checkCancelled();
        return evaluations.divergences(specs, block);
    }

    /** The submodels whose divergence was measured, in the order in which they were, and the mean over the blocks of each. */
    Map<SubmodelSpec, Double> meanDivergences() {
        return samples().stream().collect(Collectors.groupingBy(DivergenceModel.Sample::spec, LinkedHashMap::new,
                Collectors.averagingDouble(DivergenceModel.Sample::divergence)));
    }

    /** On how many of the first blocks the divergence of a submodel needs no measuring. */
    int knownBlocks(SubmodelSpec spec) {
        int known = 0;
        while (known < problem.evaluator().blocks() && isKnown(spec, known)) {
            known++;
        }
        return known;
    }

    /** Measures a submodel on all images and adds it to what was visited. */
    void visit(SubmodelSpec spec) {
        visit(List.of(spec));
    }

    /** Measures several at once. */
    void visit(List<SubmodelSpec> specs) {
        List<Evaluation> found = evaluate(specs, problem.evaluator().images());
        for (int i = 0; i < specs.size(); i++) {
            Candidate candidate = new Candidate(specs.get(i), costs(specs.get(i)), found.get(i));
            visited.putIfAbsent(specs.get(i), candidate);
            problem.budgets().stream().filter(budget -> budget.allows(candidate.costs()))
                    .forEach(budget -> scores.merge(budget.name(), candidate.evaluation().score(), Math::max));
        }
    }

    /**
     * Measures on all images, for each budget, those of the least divergence, which only one on the same blocks tells.
     *
     * @param wanted how many for each budget
     * @param blocks what those to compare were measured on, at least
     * @param done   share of the search that is done already
     */
    void visitBest(int wanted, int blocks, double done) {
        List<SubmodelSpec> known = meanDivergences().keySet().stream().filter(spec -> knownBlocks(spec) >= blocks).toList();
        Map<SubmodelSpec, Double> divergences = new HashMap<>();
        known.forEach(spec -> divergences.put(spec, divergences(List.of(spec), blocks).get(0)));
        List<SubmodelSpec> ranked = known.stream().sorted(Comparator.comparingDouble(divergences::get)).toList();
        Set<SubmodelSpec> best = new LinkedHashSet<>();
        problem.budgets().forEach(budget -> ranked.stream().filter(spec -> budget.allows(costs(spec))).limit(wanted).forEach(best::add));
        List<SubmodelSpec> finalists = List.copyOf(best);
        int atOnce = Math.max(AT_ONCE, problem.evaluator().parallel());
        for (int i = 0; i < finalists.size(); i += atOnce) {
            int to = Math.min(i + atOnce, finalists.size());
            visit(finalists.subList(i, to));
            report(done + (1 - done) * to / finalists.size(), "all", to + " of " + finalists.size() + " measured on all images");
        }
    }

    /**
     * Tells how far the search is, and the best so far for each budget.
     *
     * @param name what it is looking for
     * @param step what it did last
     */
    void report(double done, String name, String step) {
        StringBuilder message = new StringBuilder(evaluations.size() + " measured, ");
        if (scores.size() <= SHOWN) {
            scores.forEach((budget, best) -> message.append(String.format(Locale.ROOT, "%s %.1f %%, ", budget, 100 * best)));
        }
        problem.progress().report(done, message + name + ": " + step);
    }

    /** A way down that was gone, the full model first. */
    void gone(List<SubmodelSpec> path) {
        paths.add(path);
    }

    /** Something that the strategy says of itself. */
    void figure(String what, double value) {
        figures.put(what, value);
    }

    /** All that was visited, and of it the best that each budget allows. */
    SearchResult result() {
        ParetoFront front = ParetoFront.of(visited.values());
        Map<String, Candidate> chosen = new LinkedHashMap<>();
        problem.budgets().forEach(budget -> chosen.put(budget.name(), front.best(budget).orElseThrow(() -> cannotBeMet(budget))));
        return new SearchResult(List.copyOf(visited.values()), chosen, figures, paths, Map.of(), sensitivities());
    }

    /** The divergences of the submodels that keep less of one axis only. */
    private Map<String, Map<Integer, Double>> sensitivities() {
        SubmodelSpec full = problem.space().full();
        Map<String, Map<Integer, Double>> sensitivities = new TreeMap<>();
        meanDivergences().forEach((spec, divergence) -> {
            List<NestedAxis> less = problem.space().axes().stream().filter(axis -> spec.keep(axis.id()) != full.keep(axis.id())).toList();
            if (less.size() == 1) {
                sensitivities.computeIfAbsent(less.get(0).id(), axis -> new TreeMap<>()).put(spec.keep(less.get(0).id()), divergence);
            }
        });
        return sensitivities;
    }

    InfeasibleBudgetException cannotBeMet(Budget budget) {
        return InfeasibleBudgetException.of(budget, costs(problem.space().smallest()));
    }
}
