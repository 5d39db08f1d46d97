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
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RacingGreedyTest {

    private final SearchStrategy greedy = new Greedy(IMAGES, Greedy.RankBy.LOSS);
    private final SearchStrategy racing = new RacingGreedy(2, 1, 1);

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
            Budget[] budgets = {budget(25), budget(10 + random.nextInt(15))};
            assertThat(chosen(racing.search(problem.budgets(budgets)))).isEqualTo(chosen(greedy.search(problem.budgets(budgets))));
            assertThat(chosen(new RacingGreedy(2, 3, 1).search(problem.budgets(budgets))))
                    .isEqualTo(chosen(greedy.search(problem.budgets(budgets))));
        }
    }

    @Test
    void goesTheWayOfGreedyWhereARemovalCostsTheMoreTheLessIsLeft() {
        SyntheticProblem product = new SyntheticProblem(axes, sum, spec -> IntStream.range(0, 10)
                .mapToDouble(i -> 1 + .01 * (i + 1) / spec.keep("a" + i)).reduce(1, (a, b) -> a * b));
        assertThat(chosen(racing.search(product.budgets(budget(12))))).isEqualTo(chosen(greedy.search(product.budgets(budget(12)))));
    }

    @Test
    void measuresTheLeadersOnly() {
        racing.search(net.budgets(budget(24)));
        List<String> few = List.copyOf(net.measured);
        net.measured.clear();
        greedy.search(net.budgets(budget(24)));
        assertThat(few).doesNotHaveDuplicates();
        // six steps: all ten removals once on one block, then a new one and some leaders each
        assertThat(few.stream().filter(line -> line.endsWith("#0")).count()).isLessThan(30);
        assertThat(few.stream().filter(line -> line.endsWith("#1")).count()).isLessThan(20);
        assertThat(few.stream().filter(line -> line.endsWith("@" + IMAGES))).hasSize(1);
        assertThat(net.measured(IMAGES)).isGreaterThan(50);
    }

    @Test
    void dropsLosersOnOneBlock() {
        racing.search(net.budgets(budget(29)));
        // full model and ten removals; then full model and the leader
        assertThat(net.measured.stream().filter(line -> line.endsWith("#0"))).hasSize(11);
        assertThat(net.measured.stream().filter(line -> line.endsWith("#1"))).hasSize(2);
        assertThat(net.measured(IMAGES)).isEqualTo(1);
        assertThat(net.measured).hasSize(14);
    }

    @Test
    void aLeaderThatFallsBehindOnMoreBlocksIsOvertaken() {
        // on the first block x seems free, on the second it costs most
        SyntheticProblem three = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2), axis("z", 1, 2)), sum, spec -> 0);
        Evaluator noisy = new Evaluator() {
            @Override
            public int images() {
                return IMAGES;
            }

            @Override
            public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
                return three.evaluate(specs, images);
            }

            @Override
            public int blocks() {
                return 2;
            }

            @Override
            public List<Double> divergences(List<SubmodelSpec> specs, int block) {
                return specs.stream().map(spec -> (block > 0 ? 2.0 - spec.keep("x") : 0) + .1 * (2 - spec.keep("y"))
                        + .2 * (2 - spec.keep("z"))).toList();
            }
        };
        SearchProblem problem = new SearchProblem(three.space(), sum, noisy, List.of(budget(4)), Progress.NONE, 1);
        assertThat(chosen(racing.search(problem))).isEqualTo(Map.of("b4", "x=2,y=1,z=1"));
    }

    @Test
    void aSecondBudgetOnTheSameWayRacesNothingAgain() {
        racing.search(net.budgets(budget(24)));
        long one = net.divergences();
        net.measured.clear();
        SearchResult result = racing.search(net.budgets(budget(24), new Budget("loose", Map.of("cost", 26.0))));
        assertThat(net.divergences()).isEqualTo(one);
        assertThat(result.chosen().get("loose").costs()).containsEntry("cost", 26.0);
    }

    @Test
    void meetsBudgetsWhereTwoRemovalsSaveOnlyTogether() {
        SyntheticProblem plateau = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2)),
                spec -> Map.of("cost", 1.0 * Math.max(spec.keep("x"), spec.keep("y"))), spec -> 5.0 - spec.keep("x") - 2 * spec.keep("y"));
        assertThat(chosen(racing.search(plateau.budgets(budget(1))))).isEqualTo(Map.of("b1", "x=1,y=1"));
    }

    @Test
    void aSubmodelWithoutALossIsTheLastResort() {
        SyntheticProblem broken = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2)), sum,
                spec -> spec.keep("x") == 1 ? Double.POSITIVE_INFINITY : 3 - spec.keep("y")).accuracy(spec -> .5);
        for (SearchStrategy strategy : List.of(racing, new PredictorSearch(3, 2, 2, 1), new Evolutionary(4, 3, 2, 1))) {
            assertThat(chosen(strategy.search(broken.budgets(budget(3))))).as("%s", strategy).isEqualTo(Map.of("b3", "x=2,y=1"));
            assertThat(chosen(strategy.search(broken.budgets(budget(2))))).as("%s", strategy).isEqualTo(Map.of("b2", "x=1,y=1"));
        }
    }

    @Test
    void stopsWhenCancelledInTheMidstOfARace() {
        Progress cancelled = new Progress() {
            @Override
            public void report(double done, String message) {
            }

            @Override
            public boolean cancelled() {
                return net.measured.stream().anyMatch(line -> line.endsWith("#1"));
            }
        };
        assertThatThrownBy(() -> racing.search(net.budgets(cancelled, budget(10)))).isInstanceOf(CancellationException.class);
        assertThat(net.measured(IMAGES)).isZero();
    }

    @Test
    void refusesWhatCannotBeMet() {
        assertThatThrownBy(() -> racing.search(net.budgets(budget(9)))).hasMessageContaining("Budget b9 cannot be met");
    }

    private static Budget budget(int limit) {
        return new Budget("b" + limit, Map.of("cost", 1.0 * limit));
    }

    private static Map<String, String> chosen(SearchResult result) {
        Map<String, String> chosen = new TreeMap<>();
        for (Map.Entry<String, Candidate> entry : result.chosen().entrySet()) {
            chosen.put(entry.getKey(), entry.getValue().spec().toString());
        }
        return chosen;
    }
}
