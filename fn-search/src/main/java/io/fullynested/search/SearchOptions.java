package io.fullynested.search;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchStrategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is searched, and how. */
public record SearchOptions(
        @Option(value = "how submodels are found", byDefault = "greedy") SearchStrategy strategy,
        @Option("names of submodels, and what each may cost at most") List<Budget> budgets) {

    /** @throws IllegalArgumentException if a budget has no limit, a limit that is not positive, or a name that cannot be a file's */
    public SearchOptions {
        budgets = List.copyOf(budgets);
        Set<String> names = new HashSet<>();
        for (Budget budget : budgets) {
            if (!budget.name().matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
                throw new IllegalArgumentException("budget '" + budget.name() + "': the name is a file's, so it may have letters, digits, '.', "
                        + "'_' and '-', a letter or digit first");
            }
            if (!names.add(budget.name())) {
                throw new IllegalArgumentException("two budgets are named '" + budget.name() + "'");
            }
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
}
