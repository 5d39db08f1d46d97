package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the strategies that learn or evolve find, where every submodel can be measured. */
class StrategiesAgainstTheOptimumTest {

    private static final int PROBLEMS = 10;

    static List<SearchStrategy> strategies() {
        return List.of(new RacingGreedy(2, 1, 1), new PredictorSearch(10, 4, 2, 1), new PredictorSearch(20, 4, 2, 1, PredictorSearch.Model.TREES), new Evolutionary(20, 8, 2, 1));
    }

    /** 576 submodels; what is removed of one axis makes what is removed of others cost more. */
    private static SyntheticProblem problem(int seed) {
        Random random = new Random(seed);
        List<NestedAxis> axes = IntStream.range(0, 5).mapToObj(i -> axis("a" + i, i < 3 ? new Integer[] {1, 2, 3, 4} : new Integer[] {1, 2, 3}))
                .toList();
        double[] weights = random.doubles(5).toArray();
        double[] prices = random.doubles(5).map(price -> .5 + price).toArray();
        return new SyntheticProblem(axes, spec -> Map.of("cost", IntStream.range(0, 5).mapToDouble(i -> prices[i] * spec.keep("a" + i)).sum()),
                spec -> IntStream.range(0, 5).mapToDouble(i -> 1 + .3 * weights[i] * (axes.get(i).size() - spec.keep("a" + i)))
                        .reduce(1, (a, b) -> a * b) - 1);
    }

    private static SearchProblem search(SyntheticProblem problem) {
        double most = problem.costs().apply(problem.space().full()).get("cost");
        return problem.budgets(new Budget("half", Map.of("cost", most / 2)), new Budget("tight", Map.of("cost", most * .4)));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void isNearTheOptimum(SearchStrategy strategy) {
        double gaps = 0;
        for (int seed = 0; seed < PROBLEMS; seed++) {
            SyntheticProblem problem = problem(seed);
            SearchResult optimum = new Exhaustive(1000).search(search(problem));
            problem.measured.clear();
            SearchResult found = strategy.search(search(problem));
            assertThat(problem.measured).as("evaluations").doesNotHaveDuplicates().hasSizeLessThan(576);
            for (String budget : List.of("half", "tight")) {
                double best = optimum.chosen().get(budget).evaluation().loss();
                double gap = found.chosen().get(budget).evaluation().loss() - best;
                assertThat(gap).as("%s %s of problem %d", strategy, budget, seed).isGreaterThanOrEqualTo(0).isLessThan(.25 * best);
                gaps += gap / best;
            }
        }
        assertThat(gaps / (2 * PROBLEMS)).as("mean gap of %s", strategy).isLessThan(.03);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void dependsOnTheSeedOnly(SearchStrategy strategy) {
        SearchProblem one = search(problem(1));
        assertThat(strategy.search(one)).isEqualTo(strategy.search(one));
        SearchProblem other = new SearchProblem(one.space(), one.costs(), one.evaluator(), one.budgets(), Progress.NONE, 2);
        strategy.search(other).chosen().forEach((name, candidate) -> assertThat(candidate.costs()).isNotEmpty());
    }

    @Test
    void thePredictorTellsHowWellItRanks() {
        SearchResult found = new PredictorSearch(20, 1, 1, 1).search(search(problem(3)));
        assertThat(found.figures().get(PredictorSearch.RANK_CORRELATION)).isBetween(.8, 1.0);
    }

    @Test
    void exhaustiveRefusesTooMany() {
        assertThatThrownBy(() -> new Exhaustive(575).search(search(problem(1)))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("exhaustive: there are 576 submodels, and at most 575 are to be measured. Maybe");
    }

    @Test
    void aPopulationIsEven() {
        assertThatThrownBy(() -> new Evolutionary(7, 2, 1, 1)).hasMessage("population must be even, found 7. Maybe 8?");
    }
}
