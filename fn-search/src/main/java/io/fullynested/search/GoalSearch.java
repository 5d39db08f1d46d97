package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.core.plugin.PluginFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One search for all goals. A strategy knows budgets only; a floor is looked for between budgets: first on a ladder over all costs,
 * then on a second one between the rung that is good enough and the next lower one. So every strategy can do it. The front is filled in
 * at the end by {@link Evolutionary}, which looks for one over all costs at once.
 */
final class GoalSearch {

    private static final int RUNGS = 8;
    private static final int CLOSER_RUNGS = 6;
    /** Of the search for goals, if there is a second ladder; and of the whole search, if there is a front to fill in. */
    private static final double FIRST = .6;
    private static final double GOALS = .4;
    /** Begins with a way down to the lowest rung of each cost. */
    private static final Evolutionary FRONT = new Evolutionary(40, 6, 2, 1);

    private final SearchOptions options;
    private final Subspace part;
    private final Function<SubmodelSpec, Map<String, Double>> costs;
    private final Evaluator evaluator;
    private final long seed;
    private final Map<SubmodelSpec, Candidate> visited = new LinkedHashMap<>();
    private final Map<String, Double> figures = new LinkedHashMap<>();
    private final List<List<SubmodelSpec>> paths = new ArrayList<>();
    private final Map<String, String> unmet = new LinkedHashMap<>();
    private final Map<String, Map<Integer, Double>> sensitivities = new TreeMap<>();

    GoalSearch(SearchOptions options, Subspace part, Function<SubmodelSpec, Map<String, Double>> costs, Evaluator evaluator, long seed) {
        this.options = options;
        this.part = part;
        this.costs = costs;
        // what the second ladder asks for again is known by then
        this.evaluator = new EvaluationCache(part.evaluator(evaluator));
        this.seed = seed;
    }

    SearchResult run(Progress progress) {
        Map<String, Double> least = costs.apply(part.space().smallest());
        Map<String, Double> most = costs.apply(part.space().full());
        // what may not be met comes last and alone, so that it does not take the others' results along
        List<Budget> doubtful = options.budgets().stream().filter(budget -> !budget.allows(least)).toList();
        List<Budget> budgets = new ArrayList<>(options.budgets());
        budgets.removeAll(doubtful);
        List<Budget> ladders = new ArrayList<>();
        options.floors().forEach(floor -> ladders.addAll(
                Ladder.between(least.get(floor.minimise()), most.get(floor.minimise()), floor.name(), floor.minimise(), RUNGS)));
        budgets.addAll(ladders);
        double goals = options.front() == 0 ? 1 : GOALS;
        double first = ladders.isEmpty() ? goals : goals * FIRST;
        if (!budgets.isEmpty()) {
            search(options.strategy(), budgets, part(progress, 0, first));
        }
        doubtful.forEach(budget -> attempt(budget, part(progress, first, first)));
        List<Budget> closer = new ArrayList<>();
        options.floors().forEach(floor -> cheapest(floor).map(candidate -> candidate.costs().get(floor.minimise())).ifPresent(found ->
            ladders.stream().mapToDouble(rung -> rung.limits().getOrDefault(floor.minimise(), found)).filter(limit -> limit < found).max()
                    .ifPresent(lower -> closer.addAll(Ladder.between(lower, found, floor.name(), floor.minimise(), CLOSER_RUNGS)))));
        if (!closer.isEmpty()) {
            search(options.strategy(), closer, part(progress, goals * FIRST, goals));
        }
        if (options.front() > 0) {
            front(least, most, part(progress, goals, 1));
        }
        if (visited.isEmpty()) {
            // nothing met what was asked for, and what there is is worth telling
            Map<String, Double> nearest = new TreeMap<>(doubtful.get(0).limits());
            nearest.replaceAll((cost, limit) -> Math.max(limit, least.get(cost)));
            search(options.strategy(), List.of(new Budget(doubtful.get(0).name(), nearest)), progress);
        }
        Map<String, Candidate> chosen = chosen();
        return new SearchResult(List.copyOf(visited.values()), chosen, figures, paths, unmet, sensitivities);
    }

    /** Measures what seems the best for each of some limits of each cost. */
    private void front(Map<String, Double> least, Map<String, Double> most, Progress progress) {
        List<List<Budget>> ladders = options.costs().stream()
                .map(cost -> Ladder.between(least.get(cost), most.get(cost), "front of " + cost, cost, options.front())).toList();
        // the first rung of each, then the second: random draws are for the first ones
        List<Budget> rungs = IntStream.range(0, options.front()).boxed().flatMap(i -> ladders.stream().map(ladder -> ladder.get(i))).toList();
        List<Budget> lowest = rungs.subList(rungs.size() - ladders.size(), rungs.size());
        search(problem -> FRONT.search(problem, lowest), rungs, progress);
    }

    /** Looks for what the smallest submodel does not meet, but another one may, as a cost need not fall with what is kept. */
    private void attempt(Budget budget, Progress progress) {
        try {
            search(options.strategy(), List.of(budget), progress);
        } catch (InfeasibleBudgetException e) {
            unmet.put(budget.name(), e.getMessage());
        }
    }

    private void search(SearchStrategy strategy, List<Budget> budgets, Progress progress) {
        SearchResult found = strategy.search(new SearchProblem(part.space(), costs, new TellingEvaluator(evaluator, part::selection, progress),
                budgets, progress, seed));
        for (Budget budget : budgets) {
            Candidate chosen = found.chosen().get(budget.name());
            if (chosen == null || !budget.allows(chosen.costs())) {
                throw new IllegalStateException(PluginFault.named("The strategy " + strategy, strategy)
                        + " found for budget " + budget.name() + " "
                        + (chosen == null ? "nothing" : chosen.costs()) + ", the limits are " + budget.limits());
            }
        }
        // of the first search, which is the one for what people named
        found.figures().forEach(figures::putIfAbsent);
        found.sensitivities().forEach(sensitivities::putIfAbsent);
        SearchResult whole = part.whole(found);
        paths.addAll(whole.paths());
        whole.visited().forEach(candidate -> visited.putIfAbsent(candidate.spec(), candidate));
    }

    private Map<String, Candidate> chosen() {
        ParetoFront front = ParetoFront.of(visited.values());
        Map<String, Candidate> chosen = new LinkedHashMap<>();
        options.budgets().forEach(budget -> front.best(budget).ifPresent(best -> chosen.put(budget.name(), best)));
        options.floors().forEach(floor -> cheapest(floor).ifPresentOrElse(found -> chosen.put(floor.name(), found),
                () -> unmet.put(floor.name(), missed(floor))));
        unmet.keySet().removeAll(chosen.keySet());
        return chosen;
    }

    /** Of equally cheap ones the best. */
    private Optional<Candidate> cheapest(Floor floor) {
        return visited.values().stream().filter(candidate -> candidate.evaluation().score() >= floor.least())
                .min(Comparator.<Candidate>comparingDouble(candidate -> candidate.costs().get(floor.minimise()))
                        .thenComparingDouble(candidate -> -candidate.evaluation().score()));
    }

    private String missed(Floor floor) {
        Candidate best = visited.values().stream().max(Comparator.comparingDouble(candidate -> candidate.evaluation().score())).orElseThrow();
        return String.format(Locale.ROOT, "floor %s: no submodel with %s ≥ %.2f %% was found; the best has %.2f %%, at %s", floor.name(),
                floor.scoreName(), 100 * floor.least(), 100 * best.evaluation().score(), best.spec());
    }

    private static Progress part(Progress whole, double from, double to) {
        return new Progress() {
            @Override
            public void report(double done, String message) {
                whole.report(from + done * (to - from), message);
            }

            @Override
            public void measured(SubmodelSpec spec, Evaluation evaluation) {
                whole.measured(spec, evaluation);
            }

            @Override
            public boolean cancelled() {
                return whole.cancelled();
            }
        };
    }
}
