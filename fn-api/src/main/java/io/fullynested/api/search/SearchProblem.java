package io.fullynested.api.search;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a search is asked.
 *
 * @param space     the submodels there are
 * @param costs     what a submodel costs by every cost model; cheap
 * @param evaluator how good submodels are; expensive
 * @param budgets   one submodel is wanted for each; all of them can be met
 * @param progress  told how far the search is
 * @param seed      for strategies that draw
 */
public record SearchProblem(AxisSpace space, Function<SubmodelSpec, Map<String, Double>> costs, Evaluator evaluator,
                            List<Budget> budgets, Progress progress, long seed) {

    public SearchProblem {
        budgets = List.copyOf(budgets);
    }
}
