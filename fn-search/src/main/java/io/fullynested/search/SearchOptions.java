package io.fullynested.search;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchStrategy;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is searched, and how. */
public record SearchOptions(
        @Option(value = "how submodels are found", byDefault = "racing-greedy") SearchStrategy strategy,
        @Option(value = "names of submodels, and what each may cost at most", byDefault = "[]") List<Budget> budgets,
        @Option(value = "names of submodels, how good each must be, and which cost should be as low as that allows", byDefault = "[]")
        List<Floor> floors,
        @Option(value = "axes that are not searched, and how many terms of each are kept", byDefault = "{}") Map<String, Integer> freeze,
        @Option(value = "groups of axes that are searched as one, each at the same share of its legal prefixes", byDefault = "[]")
        List<List<String>> tie,
        @Option(value = "limits between the full and the smallest submodel, of each cost that budgets limit, to fill in a front for", byDefault = "0",
                min = 0, max = 1000) int front,
        @Option(value = "members that may answer together for each budget, by the mean of their logits, all of them within it, beside the one submodel of "
                + "the budget; 1 for none", byDefault = "1", min = 1, max = 16) int ensemble) {

    /** @throws IllegalArgumentException if a budget has no limit, a limit that is not positive, or a name that cannot be a file's */
    public SearchOptions {
        budgets = List.copyOf(budgets);
        floors = List.copyOf(floors);
        freeze = Collections.unmodifiableMap(new TreeMap<>(freeze));
        tie = tie.stream().map(List::copyOf).toList();
        Set<String> names = new HashSet<>();
        budgets.forEach(budget -> checkName("budget", budget.name(), names));
        floors.forEach(floor -> checkName("floor", floor.name(), names));
        if (ensemble > 1 && names.isEmpty()) {
            throw new IllegalArgumentException("ensemble " + ensemble + ": members are within a budget together, and there is no budget");
        }
        if (front > 0 && names.isEmpty()) {
            throw new IllegalArgumentException("front " + front + ": a front is one of the costs that budgets limit, and there is no budget");
        }
        for (Budget budget : budgets) {
            if (budget.limits().isEmpty()) {
                throw new IllegalArgumentException("budget " + budget.name() + " has no limit. Maybe 'macs: 200_000'?");
            }
            budget.limits().forEach((cost, limit) -> {
                if (!(limit > 0 && limit < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("budget " + budget.name() + ": " + cost + " must be above 0, found " + limit);
                }
            });
        }
    }

    /** A search of the whole space for budgets only. */
    public SearchOptions(SearchStrategy strategy, List<Budget> budgets) {
        this(strategy, budgets, List.of(), Map.of(), List.of(), 0);
    }

    /** A search for submodels alone. */
    public SearchOptions(SearchStrategy strategy, List<Budget> budgets, List<Floor> floors, Map<String, Integer> freeze, List<List<String>> tie, int front) {
        this(strategy, budgets, floors, freeze, tie, front, 1);
    }

    /** The same search for other budgets, and no floors. */
    public SearchOptions withBudgets(List<Budget> others) {
        return withBudgets(others, List.of());
    }

    /** The same search for other budgets and floors. */
    public SearchOptions withBudgets(List<Budget> others, List<Floor> otherFloors) {
        boolean none = others.isEmpty() && otherFloors.isEmpty();
        return new SearchOptions(strategy, others, otherFloors, freeze, tie, none ? 0 : front, none ? 1 : ensemble);
    }

    /** The cost models that it is about, which a front is over. */
    public Set<String> costs() {
        Set<String> costs = new TreeSet<>();
        budgets.forEach(budget -> costs.addAll(budget.limits().keySet()));
        floors.forEach(floor -> costs.add(floor.minimise()));
        return costs;
    }

    /** The names of all that is looked for. */
    public List<String> names() {
        return Stream.concat(budgets.stream().map(Budget::name), floors.stream().map(Floor::name)).toList();
    }

    /** The limits of a budget by cost, or the least score of a floor, under the name of its metric. */
    public Map<String, Double> constraints(String name) {
        return budgets.stream().filter(budget -> budget.name().equals(name)).map(Budget::limits).findFirst()
                .orElseGet(() -> floors.stream().filter(floor -> floor.name().equals(name))
                        .map(floor -> Map.of(floor.scoreName(), floor.least())).findFirst().orElseThrow());
    }

    private static void checkName(String what, String name, Set<String> names) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException(what + " '" + name + "': the name is a file's, so it may have letters, digits, '.', '_' and "
                    + "'-', a letter or digit first");
        }
        if (!names.add(name)) {
            throw new IllegalArgumentException("two submodels are to be named '" + name + "'");
        }
    }
}
