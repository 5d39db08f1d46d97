package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Draws submodels for each budget, each legal prefix of an axis equally likely, and keeps the best. From a draw beyond the budget the
 * last terms of axes drawn at random are removed until it holds, as tight budgets would else hardly ever be met. A baseline: a search
 * is worth what it finds beyond this. The same for the same seed.
 *
 * @param draws      submodels to draw for each budget
 * @param rankImages images that they are compared on, by loss
 * @param keep       how many of the best are then measured on all images
 */
public record RandomSearch(
        @Option(value = "submodels to draw for each budget", byDefault = "50", min = 1) int draws,
        @Option(value = "validation images to compare them on; all if there are fewer", byDefault = "1000", min = 1) int rankImages,
        @Option(value = "how many of the best to measure on all validation images, for each budget", byDefault = "5", min = 1) int keep)
        implements SearchStrategy {

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        Random random = new Random(problem.seed());
        explored.visit(problem.space().full());
        for (int i = 0; i < problem.budgets().size(); i++) {
            Budget budget = problem.budgets().get(i);
            List<SubmodelSpec> best = best(explored, draw(explored, budget, draws, random));
            for (int j = 0; j < best.size(); j++) {
                explored.visit(best.get(j));
                explored.report((i + (j + 1.0) / best.size()) / problem.budgets().size(), budget.name(), (j + 1) + " of the best " + best.size());
            }
        }
        return explored.result();
    }

    private Set<SubmodelSpec> draw(Exploration explored, Budget budget, int draws, Random random) {
        return IntStream.range(0, draws).mapToObj(i -> draw(explored, budget, random)).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A submodel drawn at random, {@link #within} a budget. */
    static SubmodelSpec draw(Exploration explored, Budget budget, Random random) {
        return within(explored, explored.problem().space().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size()))), budget, random);
    }

    /** A submodel less the last terms of axes drawn at random, until the budget holds. */
    static SubmodelSpec within(Exploration explored, SubmodelSpec spec, Budget budget, Random random) {
        SubmodelSpec current = spec;
        while (!budget.allows(explored.costs(current))) {
            current = less(explored, current, budget, random);
        }
        return current;
    }

    private static SubmodelSpec less(Exploration explored, SubmodelSpec spec, Budget budget, Random random) {
        List<NestedAxis> left = explored.problem().space().axes().stream().filter(axis -> axis.below(spec.keep(axis.id())) > 0).toList();
        if (left.isEmpty()) {
            throw explored.cannotBeMet(budget);
        }
        NestedAxis axis = left.get(random.nextInt(left.size()));
        return spec.with(axis.id(), axis.below(spec.keep(axis.id())));
    }

    private List<SubmodelSpec> best(Exploration explored, Set<SubmodelSpec> drawn) {
        List<SubmodelSpec> specs = List.copyOf(drawn);
        List<Evaluation> found = explored.evaluate(specs, explored.images(rankImages));
        return IntStream.range(0, specs.size()).boxed().sorted(Comparator.comparingDouble(i -> found.get(i).loss())).limit(keep)
                .map(specs::get).toList();
    }
}
