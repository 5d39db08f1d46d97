package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchResult;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That greedy takes O(K·N) evaluations for K removals among N axes (Cui et al., IJCAI 2020, section 4), where there are Kᴺ submodels. */
class GreedyEvaluationsTest {

    private static final int RANK = 10;

    @ParameterizedTest(name = "{0} axes of {1} prefixes")
    @CsvSource({"1, 6", "2, 6", "5, 2", "5, 6", "20, 6", "40, 6"})
    void eachRemovalMeasuresEachAxisThatCanShrinkOnce(int axes, int prefixes) {
        SyntheticProblem net = net(axes, prefixes);
        SearchResult found = new Greedy(RANK, Greedy.RankBy.LOSS).search(net.budgets(new Budget("half", Map.of("cost", axes * prefixes / 2.0))));

        int removals = found.paths().get(0).size() - 1;
        assertThat(removals).isEqualTo(axes * prefixes - axes * prefixes / 2);
        long shrinkable = found.paths().get(0).subList(0, removals).stream()
                .mapToLong(spec -> net.space().axes().stream().filter(axis -> axis.below(spec.keep(axis.id())) > 0).count()).sum();
        assertThat(net.measured(RANK)).as("the full model, and one for each that can shrink").isEqualTo(1 + shrinkable)
                .isLessThanOrEqualTo(1L + (long) removals * axes);
        assertThat(net.measured(SyntheticProblem.IMAGES)).as("the way, on all images").isEqualTo(1 + removals);
    }

    /** A tighter budget of the same search goes on where the way to the looser one ended. */
    @ParameterizedTest(name = "{0} axes")
    @CsvSource({"3", "10"})
    void budgetsAlongOneCostShareTheirWay(int axes) {
        Budget tight = new Budget("tight", Map.of("cost", axes * 2.0));
        SyntheticProblem alone = net(axes, 6);
        new Greedy(RANK, Greedy.RankBy.LOSS).search(alone.budgets(tight));
        SyntheticProblem both = net(axes, 6);
        SearchResult found = new Greedy(RANK, Greedy.RankBy.LOSS).search(both.budgets(new Budget("loose", Map.of("cost", axes * 4.0)), tight));
        // a unit saved is worth the same to both, so they go the same way
        assertThat(found.paths().get(1)).startsWith(found.paths().get(0).toArray(SubmodelSpec[]::new));
        assertThat(new HashSet<>(both.measured)).isEqualTo(new HashSet<>(alone.measured));
        assertThat(both.measured).doesNotHaveDuplicates();
    }

    /** Each term costs one; what is lost of an axis grows with each term taken from it. */
    private static SyntheticProblem net(int count, int prefixes) {
        Random random = new Random(count);
        double[] weights = random.doubles(count, 1, 2).toArray();
        Integer[] keeps = IntStream.rangeClosed(1, prefixes).boxed().toArray(Integer[]::new);
        List<NestedAxis> axes = IntStream.range(0, count).mapToObj(i -> axis("a" + i, keeps)).toList();
        return new SyntheticProblem(axes, spec -> Map.of("cost", axes.stream().mapToDouble(axis -> spec.keep(axis.id())).sum()),
                spec -> IntStream.range(0, count).mapToDouble(i -> weights[i] / spec.keep("a" + i)).sum());
    }
}
