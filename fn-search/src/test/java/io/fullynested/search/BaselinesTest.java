package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.IMAGES;
import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class BaselinesTest {

    private static final int RANK = 10;

    private final SearchStrategy random = new RandomSearch(40, RANK, 3);
    private final SearchStrategy scaling = new UniformScaling();

    /** {@code cost = a b c}, from 1 to 40; more of everything is better, of c most. */
    private final SyntheticProblem net = new SyntheticProblem(List.of(axis("a", 1, 2), axis("b", 1, 2, 4, 5), axis("c", 1, 3, 4)),
            spec -> Map.of("cost", 1.0 * spec.keep("a") * spec.keep("b") * spec.keep("c")),
            spec -> 1.0 / spec.keep("a") + 1.0 / spec.keep("b") + 5.0 / spec.keep("c"));

    @Test
    void scalingTurnsOneKnob() {
        SearchResult result = scaling.search(net.budgets(budget("half", 20), budget("tiny", 4), budget("least", 1)));
        // b changes at 1/6, 1/2, 5/6, c at 1/4, 3/4, a at 1/2
        assertThat(path(result)).containsExactly("a=2,b=5,c=4", "a=2,b=4,c=4", "a=2,b=4,c=3", "a=1,b=2,c=3", "a=1,b=2,c=1", "a=1,b=1,c=1");
        assertThat(chosen(result)).isEqualTo(Map.of("half", "a=1,b=2,c=3", "tiny", "a=1,b=2,c=1", "least", "a=1,b=1,c=1"));
        assertThat(net.measured).hasSize(6).allMatch(line -> line.endsWith("@" + IMAGES));
    }

    @Test
    void scalingMeetsEveryLimitAtOnce() {
        for (int limit = 1; limit <= 40; limit++) {
            Budget budget = budget("b", limit);
            Candidate found = scaling.search(net.budgets(budget)).chosen().get("b");
            assertThat(budget.allows(found.costs())).isTrue();
        }
    }

    @Test
    void scalingOfClosedAxesIsTheFullModel() {
        SyntheticProblem closed = new SyntheticProblem(List.of(axis("a", 7)), spec -> Map.of("cost", 7.0), spec -> 1);
        assertThat(path(scaling.search(closed.budgets(budget("b", 7))))).containsExactly("a=7");
    }

    @Test
    void randomComparesOnFewImagesAndMeasuresTheBestOnAll() {
        SearchResult result = random.search(net.budgets(budget("tiny", 6), budget("all", 40)));
        assertThat(net.measured).doesNotHaveDuplicates();
        assertThat(path(result).get(0)).isEqualTo("a=2,b=5,c=4");
        assertThat(net.measured(IMAGES)).isEqualTo(result.visited().size()).isBetween(4L, 7L);
        // of 2 x 40 draws from 24 submodels many are the same
        assertThat(net.measured(RANK)).isBetween(12L, 24L);
        // the optimum: 1/2 + 1 + 5/3, or a and b the other way round
        assertThat(result.chosen().get("tiny").spec().toString()).isIn("a=2,b=1,c=3", "a=1,b=2,c=3");
        assertThat(result.chosen().get("tiny").evaluation().images()).isEqualTo(IMAGES);
        assertThat(result.chosen().get("all").spec()).hasToString("a=2,b=5,c=4");
    }

    @Test
    void randomMeetsTheTightestBudget() {
        assertThat(random.search(net.budgets(budget("least", 1))).chosen().get("least").spec()).hasToString("a=1,b=1,c=1");
    }

    @Test
    void randomDependsOnTheSeedOnly() {
        SearchStrategy few = new RandomSearch(4, RANK, 4);
        SearchProblem one = net.budgets(budget("half", 20));
        SearchProblem two = new SearchProblem(one.space(), one.costs(), one.evaluator(), one.budgets(), Progress.NONE, 2);
        assertThat(few.search(one)).isEqualTo(few.search(one));
        assertThat(path(few.search(one))).isNotEqualTo(path(few.search(two)));
    }

    @Test
    void refuseWhatCannotBeMet() {
        for (SearchStrategy strategy : List.of(random, scaling)) {
            assertThatThrownBy(() -> strategy.search(net.budgets(budget("none", .5)))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Budget none cannot be met");
        }
    }

    @Test
    void stopWhenCancelled() {
        for (SearchStrategy strategy : List.of(random, scaling)) {
            net.measured.clear();
            Progress cancelled = new Progress() {
                @Override
                public void report(double done, String message) {
                }

                @Override
                public boolean cancelled() {
                    return !net.measured.isEmpty();
                }
            };
            assertThatThrownBy(() -> strategy.search(net.budgets(cancelled, budget("half", 20)))).isInstanceOf(CancellationException.class);
            assertThat(net.measured).hasSize(1);
        }
    }

    private static Budget budget(String name, double limit) {
        return new Budget(name, Map.of("cost", limit));
    }

    private static List<String> path(SearchResult result) {
        return result.visited().stream().map(Candidate::spec).map(SubmodelSpec::toString).toList();
    }

    private static Map<String, String> chosen(SearchResult result) {
        Map<String, String> chosen = new TreeMap<>();
        result.chosen().forEach((budget, candidate) -> chosen.put(budget, candidate.spec().toString()));
        return chosen;
    }
}
