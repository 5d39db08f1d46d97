package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.IMAGES;
import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class GreedyTest {

    private static final int RANK = 10;

    private final Greedy greedy = new Greedy(RANK, Greedy.RankBy.LOSS);

    /** Widths cost the more the fewer are left; {@code macs = 10 w d}, {@code size = w d b}. */
    private final SyntheticProblem net = new SyntheticProblem(List.of(axis("w", 1, 2, 3, 4), axis("d", 1, 2), axis("b", 2, 4, 8)),
            spec -> Map.of("macs", 10.0 * spec.keep("w") * spec.keep("d"), "size", 1.0 * spec.keep("w") * spec.keep("d") * spec.keep("b")),
            spec -> new double[] {1, .3, .1, 0}[spec.keep("w") - 1] + (spec.keep("d") == 2 ? 0 : .25)
                    + Map.of(8, 0.0, 4, .01, 2, .5).get(spec.keep("b")));

    @Test
    void removesWhatCostsTheLeastPerSaving() {
        // w 4→3: .1 for 20 of 30; d 2→1: .25 for 40 of 30. Then w 3→2: .2 for 20 of 30; d 2→1: .25 for 30 of 30
        SearchResult result = greedy.search(net.budgets(budget("tiny", "macs", 30)));
        assertThat(path(result)).containsExactly("b=8,d=2,w=4", "b=8,d=2,w=3", "b=8,d=1,w=3");
        assertThat(result.chosen().get("tiny").spec()).hasToString("b=8,d=1,w=3");
        assertThat(result.chosen().get("tiny").costs()).containsEntry("macs", 30.0).containsEntry("size", 24.0);
    }

    @Test
    void savingOnLimitsThatHoldCountsForNothing() {
        SearchResult result = greedy.search(net.budgets(new Budget("both", Map.of("macs", 60.0, "size", 24.0))));
        assertThat(path(result)).containsExactly("b=8,d=2,w=4", "b=4,d=2,w=4", "b=4,d=2,w=3");
        net.measured.clear();
        greedy.search(net.budgets(new Budget("fast", Map.of("macs", 60.0, "size", 64.0))));
        assertThat(net.measured).noneMatch(line -> line.startsWith("b=4"));
    }

    @Test
    void savingBelowALimitCountsForNothing() {
        // d 2→1 saves 40, of which 20 are wanted: .25 for 20 of 60 is more than .1 for 20 of 60
        assertThat(path(greedy.search(net.budgets(budget("small", "macs", 60))))).containsExactly("b=8,d=2,w=4", "b=8,d=2,w=3");
    }

    @Test
    void aBudgetThatHoldsAlreadyKeepsTheFullModel() {
        SearchResult result = greedy.search(net.budgets(budget("all", "macs", 80)));
        assertThat(path(result)).containsExactly("b=8,d=2,w=4");
        assertThat(net.measured).containsExactly("b=8,d=2,w=4@" + IMAGES);
    }

    @Test
    void measuresNothingTwice() {
        greedy.search(net.budgets(budget("tiny", "macs", 30)));
        // ranked: full; w 3, d 1; then w 2 and d 1 with w 3
        assertThat(net.measured(RANK)).isEqualTo(5);
        assertThat(net.measured(IMAGES)).isEqualTo(3);
        net.measured.clear();
        SearchResult result = greedy.search(net.budgets(budget("tiny", "macs", 30), budget("tiniest", "macs", 20)));
        assertThat(net.measured(RANK)).isEqualTo(6);
        assertThat(net.measured(IMAGES)).isEqualTo(4);
        assertThat(net.measured).doesNotHaveDuplicates();
        assertThat(path(result)).containsExactly("b=8,d=2,w=4", "b=8,d=2,w=3", "b=8,d=1,w=3", "b=8,d=1,w=2");
        assertThat(result.visited()).extracting(candidate -> candidate.evaluation().images()).containsOnly(IMAGES);
    }

    @Test
    void ranksOnAllImagesIfThereAreFewer() {
        new Greedy(1000, Greedy.RankBy.LOSS).search(net.budgets(budget("tiny", "macs", 30)));
        assertThat(net.measured).hasSize(5).allMatch(line -> line.endsWith("@" + IMAGES));
    }

    @Test
    void anImprovementIsFreeAndThenTheLargerSavingWins() {
        SyntheticProblem better = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 3)),
                spec -> Map.of("cost", 1.0 * spec.keep("x") + spec.keep("y")), spec -> spec.keep("x") + .1 * spec.keep("y"));
        assertThat(path(greedy.search(better.budgets(budget("one", "cost", 3))))).containsExactly("x=2,y=3", "x=2,y=1");
    }

    @Test
    void tiesGoByTheOrderOfTheAxes() {
        SyntheticProblem even = new SyntheticProblem(List.of(axis("z", 1, 2), axis("a", 1, 2)),
                spec -> Map.of("cost", 1.0 * spec.keep("z") + spec.keep("a")), spec -> 4.0 - spec.keep("z") - spec.keep("a"));
        assertThat(path(greedy.search(even.budgets(budget("one", "cost", 3))))).containsExactly("a=2,z=2", "a=2,z=1");
    }

    @Test
    void goesOnWhereTwoRemovalsSaveOnlyTogether() {
        SyntheticProblem plateau = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2)),
                spec -> Map.of("cost", 1.0 * Math.max(spec.keep("x"), spec.keep("y"))), spec -> 5.0 - spec.keep("x") - 2 * spec.keep("y"));
        assertThat(path(greedy.search(plateau.budgets(budget("one", "cost", 1))))).containsExactly("x=2,y=2", "x=1,y=2", "x=1,y=1");
    }

    @Test
    void canRankByAccuracy() {
        SyntheticProblem torn = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2)),
                spec -> Map.of("cost", 1.0 * spec.keep("x") + spec.keep("y")), spec -> 5.0 - spec.keep("x") - 2 * spec.keep("y"))
                .accuracy(spec -> .2 * spec.keep("x") + .1 * spec.keep("y"));
        Budget budget = budget("one", "cost", 3);
        assertThat(path(greedy.search(torn.budgets(budget)))).containsExactly("x=2,y=2", "x=1,y=2");
        assertThat(path(new Greedy(RANK, Greedy.RankBy.ACCURACY).search(torn.budgets(budget)))).containsExactly("x=2,y=2", "x=2,y=1");
    }

    @Test
    void aSubmodelWithoutALossIsTheLastResort() {
        SyntheticProblem broken = new SyntheticProblem(List.of(axis("x", 1, 2), axis("y", 1, 2)),
                spec -> Map.of("cost", 1.0 * spec.keep("x") + spec.keep("y")), spec -> spec.keep("x") == 1 ? Double.POSITIVE_INFINITY : spec.keep("y"))
                .accuracy(spec -> .5);
        assertThat(path(greedy.search(broken.budgets(budget("one", "cost", 2))))).containsExactly("x=2,y=2", "x=2,y=1", "x=1,y=1");
    }

    @Test
    void choosesTheMostAccurateThatABudgetAllowsOnAnyWay() {
        net.accuracy(spec -> spec.toString().equals("b=8,d=1,w=3") ? .9 : .8);
        SearchResult result = greedy.search(net.budgets(budget("small", "macs", 60), budget("tiny", "macs", 30)));
        assertThat(path(result)).contains("b=8,d=2,w=3");
        assertThat(result.chosen().get("small").spec()).hasToString("b=8,d=1,w=3");
    }

    @Test
    void isOptimalWhereReturnsDiminish() {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            List<NestedAxis> axes = List.of(axis("x", 1, 2, 3, 4), axis("y", 1, 2, 3, 4), axis("z", 1, 2, 3, 4));
            double[] curvature = random.doubles(3).toArray();
            SyntheticProblem convex = new SyntheticProblem(axes, spec -> Map.of("cost", 1.0 * spec.keep("x") + spec.keep("y") + spec.keep("z")),
                    spec -> curvature[0] / spec.keep("x") + curvature[1] / spec.keep("y") + curvature[2] / spec.keep("z"));
            for (int limit = 3; limit <= 12; limit++) {
                Budget budget = budget("b", "cost", limit);
                SubmodelSpec found = greedy.search(convex.budgets(budget)).chosen().get("b").spec();
                double best = all(convex).stream().filter(spec -> budget.allows(convex.costs().apply(spec)))
                        .mapToDouble(spec -> convex.evaluate(List.of(spec), 1).get(0).loss()).min().orElseThrow();
                assertThat(convex.evaluate(List.of(found), 1).get(0).loss()).isCloseTo(best, within(1e-12));
            }
        }
    }

    @Test
    void isDeterministic() {
        Budget[] budgets = {budget("a", "macs", 40), new Budget("b", Map.of("macs", 30.0, "size", 10.0))};
        assertThat(greedy.search(net.budgets(budgets))).isEqualTo(greedy.search(net.budgets(budgets)));
    }

    @Test
    void stopsWhenCancelled() {
        Recorder progress = new Recorder(2);
        assertThatThrownBy(() -> greedy.search(net.budgets(progress, budget("tiny", "macs", 10)))).isInstanceOf(CancellationException.class);
        assertThat(net.measured(IMAGES)).isEqualTo(2);
        assertThat(net.measured(RANK)).isEqualTo(3);
    }

    @Test
    void reportsItsProgress() {
        Recorder progress = new Recorder(Integer.MAX_VALUE);
        greedy.search(net.budgets(progress, budget("small", "macs", 60), budget("tiny", "macs", 30)));
        assertThat(progress.done).isSorted().allMatch(share -> share >= 0 && share <= 1);
        assertThat(progress.done.get(progress.done.size() - 1)).isEqualTo(1);
        assertThat(progress.messages).contains("5 measured, small 99.9 %, small: w 4 → 3", "8 measured, small 99.9 %, tiny 99.7 %, tiny: d 2 → 1");
    }

    @Test
    void refusesWhatCannotBeMet() {
        assertThatThrownBy(() -> greedy.search(net.budgets(budget("none", "macs", 9)))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Budget none cannot be met");
    }

    private static Budget budget(String name, String cost, double limit) {
        return new Budget(name, Map.of(cost, limit));
    }

    private static List<String> path(SearchResult result) {
        return result.visited().stream().map(Candidate::spec).map(SubmodelSpec::toString).toList();
    }

    private static List<SubmodelSpec> all(SyntheticProblem problem) {
        List<SubmodelSpec> all = List.of(problem.space().full());
        for (NestedAxis axis : problem.space().axes()) {
            all = all.stream().flatMap(spec -> axis.keeps().stream().map(keep -> spec.with(axis.id(), keep))).toList();
        }
        return all;
    }

    private static final class Recorder implements Progress {
        private final int most;
        private final List<Double> done = new ArrayList<>();
        private final List<String> messages = new ArrayList<>();

        Recorder(int most) {
            this.most = most;
        }

        @Override
        public void report(double share, String message) {
            done.add(share);
            messages.add(message);
        }

        @Override
        public boolean cancelled() {
            return done.size() >= most;
        }
    }
}
