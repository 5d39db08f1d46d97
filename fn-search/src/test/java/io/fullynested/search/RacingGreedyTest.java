package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.IMAGES;
import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RacingGreedyTest {

    private static final int RANK = 40;
    private static final int FIRST = 10;

    private final SearchStrategy greedy = new Greedy(RANK, Greedy.RankBy.LOSS);
    private final SearchStrategy racing = new RacingGreedy(RANK, FIRST, 1);

    /** Ten axes of which the first costs the least quality; {@code cost = Σ keeps}. */
    private final List<NestedAxis> axes = IntStream.range(0, 10).mapToObj(i -> axis("a" + i, 1, 2, 3)).toList();
    private final Function<SubmodelSpec, Map<String, Double>> sum =
            spec -> Map.of("cost", 1.0 * spec.keeps().values().stream().mapToInt(keep -> keep).sum());
    private final SyntheticProblem net = new SyntheticProblem(axes, sum,
            spec -> IntStream.range(0, 10).mapToDouble(i -> (i + 1.0) / spec.keep("a" + i)).sum());

    @Test
    void goesTheWayOfGreedyWhereLossesDoNotDependOnOneAnother() {
        Random random = new Random(5);
        for (int i = 0; i < 20; i++) {
            double[] weights = random.doubles(10).toArray();
            SyntheticProblem problem = new SyntheticProblem(axes, sum,
                    spec -> IntStream.range(0, 10).mapToDouble(a -> weights[a] / spec.keep("a" + a)).sum());
            Budget[] budgets = {budget(25), budget(10 + random.nextInt(20))};
            assertThat(racing.search(problem.budgets(budgets))).isEqualTo(greedy.search(problem.budgets(budgets)));
            assertThat(new RacingGreedy(RANK, FIRST, 3).search(problem.budgets(budgets))).isEqualTo(greedy.search(problem.budgets(budgets)));
        }
    }

    @Test
    void goesTheWayOfGreedyWhereARemovalCostsTheMoreTheLessIsLeft() {
        SyntheticProblem product = new SyntheticProblem(axes, sum, spec -> IntStream.range(0, 10)
                .mapToDouble(i -> 1 + .01 * (i + 1) / spec.keep("a" + i)).reduce(1, (a, b) -> a * b));
        assertThat(racing.search(product.budgets(budget(12)))).isEqualTo(greedy.search(product.budgets(budget(12))));
    }

    @Test
    void measuresTheLeadersOnly() {
        racing.search(net.budgets(budget(24)));
        List<String> few = List.copyOf(net.measured);
        net.measured.clear();
        greedy.search(net.budgets(budget(24)));
        assertThat(few).doesNotHaveDuplicates();
        // six steps: all ten removals once on few images, then a new one and some leaders each
        assertThat(removals(few, FIRST)).isLessThan(30);
        assertThat(removals(few, RANK)).isLessThan(15);
        assertThat(net.measured(RANK)).isGreaterThan(50);
    }

    @Test
    void dropsLosersOnFewImages() {
        racing.search(net.budgets(budget(29)));
        // full model and ten removals; then full model and the leader twice; then the leader
        assertThat(net.measured(FIRST)).isEqualTo(11);
        assertThat(net.measured(2 * FIRST)).isEqualTo(2);
        assertThat(net.measured(RANK)).isEqualTo(2);
        assertThat(net.measured(IMAGES)).isEqualTo(2);
        assertThat(net.measured).hasSize(17);
    }

    @Test
    void aLeaderThatFallsBehindOnMoreImagesIsOvertaken() {
        // on 10 images x seems free, on 20 it costs most
        Evaluator noisy = new Evaluator() {
            @Override
            public int images() {
                return IMAGES;
            }

            @Override
            public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
                return specs.stream().map(spec -> new Evaluation(.5,
                        (images > FIRST ? 3 - spec.keep("x") : 0) + .1 * (2 - spec.keep("y")) + .2 * (2 - spec.keep("z")), images)).toList();
            }
        };
        SyntheticProblem three = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2), axis("z", 1, 2)), sum, spec -> 0);
        SearchProblem problem = new SearchProblem(three.space(), sum, noisy, List.of(budget(4)), Progress.NONE, 1);
        assertThat(path(racing.search(problem))).containsExactly("x=2,y=2,z=2", "x=2,y=1,z=2", "x=2,y=1,z=1");
    }

    @Test
    void aSecondBudgetOnTheSameWayMeasuresNothingAgain() {
        racing.search(net.budgets(budget(24)));
        List<String> one = List.copyOf(net.measured);
        net.measured.clear();
        SearchResult result = racing.search(net.budgets(budget(24), new Budget("loose", Map.of("cost", 26.0))));
        assertThat(net.measured).containsExactlyElementsOf(one);
        assertThat(result.chosen().get("loose").costs()).containsEntry("cost", 26.0);
    }

    @Test
    void meetsBudgetsWhereTwoRemovalsSaveOnlyTogether() {
        SyntheticProblem plateau = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2)),
                spec -> Map.of("cost", 1.0 * Math.max(spec.keep("x"), spec.keep("y"))), spec -> 5.0 - spec.keep("x") - 2 * spec.keep("y"));
        assertThat(path(racing.search(plateau.budgets(budget(1))))).containsExactly("x=2,y=2", "x=1,y=2", "x=1,y=1");
    }

    @Test
    void aSubmodelWithoutALossIsTheLastResort() {
        SyntheticProblem broken = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2)), sum,
                spec -> spec.keep("x") == 1 ? Double.POSITIVE_INFINITY : spec.keep("y")).accuracy(spec -> .5);
        assertThat(path(racing.search(broken.budgets(budget(2))))).containsExactly("x=2,y=2", "x=2,y=1", "x=1,y=1");
    }

    @Test
    void stopsWhenCancelledInTheMidstOfARace() {
        Progress cancelled = new Progress() {
            @Override
            public void report(double done, String message) {
            }

            @Override
            public boolean cancelled() {
                return net.measured(2 * FIRST) > 0;
            }
        };
        assertThatThrownBy(() -> racing.search(net.budgets(cancelled, budget(10)))).isInstanceOf(CancellationException.class);
        assertThat(net.measured(RANK)).isZero();
    }

    @Test
    void refusesWhatCannotBeMet() {
        assertThatThrownBy(() -> racing.search(net.budgets(budget(9)))).hasMessageContaining("Budget b9 cannot be met");
        assertThatThrownBy(() -> new RacingGreedy(100, 200, 1)).hasMessage("first-images must be at most rank-images 100, found 200");
    }

    /** Without the submodels on the way, which are measured on all images too. */
    private long removals(List<String> measured, int images) {
        List<String> onTheWay = measured.stream().filter(line -> line.endsWith("@" + IMAGES)).map(line -> line.split("@")[0]).toList();
        return measured.stream().filter(line -> line.endsWith("@" + images) && !onTheWay.contains(line.split("@")[0])).count();
    }

    private static Budget budget(int limit) {
        return new Budget("b" + limit, Map.of("cost", 1.0 * limit));
    }

    private static List<String> path(SearchResult result) {
        return result.visited().stream().map(Candidate::spec).map(SubmodelSpec::toString).toList();
    }
}
