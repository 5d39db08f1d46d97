package io.fullynested;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.SearchResult;
import io.fullynested.search.SearchOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Budgets in bytes, which what is exported is held against. */
final class FileBudgets {

    private static final Logger LOG = LoggerFactory.getLogger(FileBudgets.class);

    /** The cost that an exported file can be held against. */
    static final String SIZE = "size";

    /** Searches after the first, at most. */
    private static final int MORE = 3;

    private FileBudgets() {
    }

    /**
     * Searches until the files of what is found keep their budgets. A file is as large as was told before it is written, but for weights and biases that
     * are no codes any more once their batch norms were measured; then the search goes on below a limit that is lower by what is too much.
     *
     * @param bytes of the file of a submodel
     */
    static SearchResult search(SearchOptions options, Function<SearchOptions, SearchResult> search, ToDoubleFunction<SubmodelSpec> bytes) {
        SearchOptions wanted = options;
        SearchResult found = search.apply(wanted);
        Map<String, Double> beyond = beyond(options, found, bytes);
        for (int more = 0; more < MORE && !beyond.isEmpty(); more++) {
            LOG.info("Searching again, as files are larger than their budgets: {}", beyond);
            Map<String, Double> excess = beyond;
            wanted = wanted.withBudgets(wanted.budgets().stream().map(budget -> lowered(budget, excess.getOrDefault(budget.name(), 0.0))).toList(),
                    wanted.floors());
            found = search.apply(wanted);
            beyond = beyond(options, found, bytes);
        }
        return found.without(beyond.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                entry -> "the files of what was found are larger than that, the last by " + Math.round(entry.getValue()) + " bytes")));
    }

    /** The same budget with a lower limit of the size. */
    static Budget lowered(Budget budget, double bytes) {
        Map<String, Double> limits = new LinkedHashMap<>(budget.limits());
        limits.computeIfPresent(SIZE, (cost, limit) -> Math.max(1, limit - bytes));
        return new Budget(budget.name(), limits);
    }

    /** By how many bytes the files of what was found for budgets are too large. */
    private static Map<String, Double> beyond(SearchOptions options, SearchResult found, ToDoubleFunction<SubmodelSpec> bytes) {
        Map<String, Double> beyond = new TreeMap<>();
        for (Budget budget : options.budgets()) {
            Candidate chosen = found.chosen().get(budget.name());
            if (chosen != null && budget.limits().containsKey(SIZE)) {
                double excess = bytes.applyAsDouble(chosen.spec()) - budget.limits().get(SIZE);
                if (excess > 0) {
                    beyond.put(budget.name(), excess);
                }
            }
        }
        return beyond;
    }
}
