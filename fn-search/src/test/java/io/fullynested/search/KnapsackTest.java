package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bits of layers, where what is lost adds up. */
class KnapsackTest {

    private static final Integer[] BITS = {2, 3, 4, 6, 8};
    private static final int LAYERS = 5;

    private final Knapsack knapsack = new Knapsack(2, 50_000, 1);

    /** Five layers of random sizes; what they lose is random, and need not even grow as bits get fewer. */
    private static SyntheticProblem layers(int seed, int count) {
        Random random = new Random(seed);
        List<NestedAxis> axes = IntStream.range(0, count).mapToObj(i -> axis("layer" + i + ".bits", BITS)).toList();
        double[] sizes = random.doubles(count, 1, 50).map(Math::rint).toArray();
        double[] macs = random.doubles(count, 1, 20).toArray();
        double[][] losses = IntStream.range(0, count).mapToObj(i -> random.doubles(9).toArray()).toArray(double[][]::new);
        return new SyntheticProblem(axes, spec -> Map.of(
                "size", IntStream.range(0, count).mapToDouble(i -> sizes[i] * spec.keep("layer" + i + ".bits")).sum(),
                "bops", IntStream.range(0, count).mapToDouble(i -> macs[i] * 8 * spec.keep("layer" + i + ".bits")).sum()),
                spec -> IntStream.range(0, count).mapToDouble(i -> {
                    int bits = spec.keep("layer" + i + ".bits");
                    return bits == 8 ? 0 : losses[i][bits];
                }).sum());
    }

    @Test
    void isTheOptimumOfAnAdditiveLoss() {
        for (int seed = 0; seed < 10; seed++) {
            SyntheticProblem net = layers(seed, LAYERS);
            Map<String, Double> most = net.costs().apply(net.space().full());
            Budget one = new Budget("one", Map.of("size", most.get("size") * .55));
            Budget two = new Budget("two", Map.of("size", most.get("size") * .6, "bops", most.get("bops") * .5));
            SearchProblem problem = net.budgets(one, two);
            SearchResult best = new Exhaustive(5000).search(problem);
            net.measured.clear();
            SearchResult found = knapsack.search(problem);
            assertThat(net.divergences()).as("each prefix of each axis alone, and the whole, on two blocks").isEqualTo(2L * (1 + LAYERS * (BITS.length - 1)));
            assertThat(net.measured(SyntheticProblem.IMAGES)).as("a finalist for each budget").isLessThanOrEqualTo(2);
            for (Budget budget : List.of(one, two)) {
                assertThat(found.chosen().get(budget.name()).evaluation().loss()).as("%s of seed %d", budget, seed)
                        .isCloseTo(best.chosen().get(budget.name()).evaluation().loss(), within(1e-12));
            }
        }
    }

    @Test
    void tellsHowSensitiveEachLayerIs() {
        SyntheticProblem net = layers(1, 3);
        SearchResult found = knapsack.search(net.budgets(new Budget("all", net.costs().apply(net.space().full()))));
        assertThat(found.sensitivities()).containsOnlyKeys("layer0.bits", "layer1.bits", "layer2.bits");
        assertThat(found.sensitivities().get("layer1.bits")).containsOnlyKeys(2, 3, 4, 6);
        assertThat(found.sensitivities().get("layer1.bits").get(3)).isCloseTo(loss(net, net.space().full().with("layer1.bits", 3)), within(1e-12));
        assertThat(found.without(Map.of("all", "reason")).sensitivities()).isEqualTo(found.sensitivities());
    }

    /** 5⁴⁰ submodels; one that a swap of two layers' bits would improve is no optimum. */
    @Test
    void solvesManyLayers() {
        int count = 40;
        SyntheticProblem net = layers(3, count);
        Budget budget = new Budget("half", Map.of("size", net.costs().apply(net.space().full()).get("size") * .5));
        SubmodelSpec found = knapsack.search(net.budgets(budget)).chosen().get("half").spec();
        double loss = loss(net, found);
        for (NestedAxis one : net.space().axes()) {
            for (NestedAxis other : net.space().axes()) {
                for (int keep : one.keeps()) {
                    for (int another : other.keeps()) {
                        SubmodelSpec swapped = found.with(one.id(), keep).with(other.id(), another);
                        if (budget.allows(net.costs().apply(swapped))) {
                            assertThat(loss(net, swapped)).isGreaterThanOrEqualTo(loss - 1e-12);
                        }
                    }
                }
            }
        }
    }

    private static double loss(SyntheticProblem net, SubmodelSpec spec) {
        return net.evaluate(List.of(spec), 1).get(0).loss();
    }

    /** Bit operations are products of the bits of weights and of signals, layer by layer. */
    @Test
    void takesAxesWhoseCostsAreProductsTogether() {
        List<NestedAxis> axes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            axes.add(axis("w" + i, 2, 4, 8));
            axes.add(axis("a" + i, 4, 8));
        }
        double[] weights = new Random(5).doubles(6).toArray();
        SyntheticProblem net = new SyntheticProblem(axes,
                spec -> Map.of("bops", IntStream.range(0, 3).mapToDouble(i -> (i + 1.0) * spec.keep("w" + i) * spec.keep("a" + i)).sum()),
                spec -> IntStream.range(0, 3).mapToDouble(i -> weights[i] / spec.keep("w" + i) + weights[i + 3] / spec.keep("a" + i)).sum());
        CostGroups groups = new CostGroups(axes, net.space().full(), net.costs(), List.of("bops"));
        assertThat(groups.groups()).extracting(group -> group.stream().map(NestedAxis::id).toList())
                .containsExactlyInAnyOrder(List.of("w0", "a0"), List.of("w1", "a1"), List.of("w2", "a2"));
        for (double limit : new double[] {60, 100, 150, 250}) {
            SearchProblem problem = net.budgets(new Budget("b", Map.of("bops", limit)));
            assertThat(knapsack.search(problem).chosen().get("b").evaluation().loss())
                    .isCloseTo(new Exhaustive(1000).search(problem).chosen().get("b").evaluation().loss(), within(1e-12));
        }
    }

    /** A maximum is a sum for no two groups, though pairs of axes may not show it. */
    @Test
    void aCostThatIsNoSumIsLookedAtAsAWhole() {
        List<NestedAxis> axes = List.of(axis("x", 1, 2, 3), axis("y", 1, 2, 3), axis("z", 1, 2, 3));
        SyntheticProblem net = new SyntheticProblem(axes, spec -> Map.of("peak", 1.0 * Math.max(spec.keep("x"), Math.max(spec.keep("y"), spec.keep("z")))),
                spec -> 9.0 - spec.keep("x") - spec.keep("y") - spec.keep("z"));
        assertThat(new CostGroups(axes, net.space().full(), net.costs(), List.of("peak")).groups()).hasSize(1);
        assertThat(knapsack.search(net.budgets(new Budget("b", Map.of("peak", 2.0)))).chosen().get("b").spec()).hasToString("x=2,y=2,z=2");
        assertThatThrownBy(() -> new Knapsack(2, 20, 1).search(net.budgets(new Budget("b", Map.of("peak", 2.0))))).hasMessage(
                "knapsack: what a submodel costs is no sum over x, y, z, which have 27 combinations, and at most 20 are to be looked at. Maybe --freeze or "
                        + "--tie some of them, or the strategy predictor?");
    }

    /** Against all 256 choices. */
    @Test
    void solvesThreeLimits() {
        Random random = new Random(1);
        for (int trial = 0; trial < 50; trial++) {
            List<List<MultipleChoice.Item>> groups = IntStream.range(0, 4).mapToObj(g -> IntStream.range(0, 4).mapToObj(i ->
                    new MultipleChoice.Item(random.nextInt(10), new double[] {random.nextInt(10), random.nextInt(10), random.nextInt(10)})).toList()).toList();
            double[] limits = {18, 18, 18};
            double best = Double.POSITIVE_INFINITY;
            for (int code = 0; code < 256; code++) {
                int[] taken = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6};
                if (Arrays.stream(total(groups, taken)).skip(1).allMatch(cost -> cost <= 18)) {
                    best = Math.min(best, total(groups, taken)[0]);
                }
            }
            List<int[]> solved = new MultipleChoice(groups, limits).solve(() -> { });
            assertThat(solved.isEmpty() ? Double.POSITIVE_INFINITY : total(groups, solved.get(0))[0]).isEqualTo(best);
        }
    }

    private static double[] total(List<List<MultipleChoice.Item>> groups, int[] taken) {
        double[] total = new double[4];
        for (int g = 0; g < taken.length; g++) {
            MultipleChoice.Item item = groups.get(g).get(taken[g]);
            total[0] += item.loss();
            for (int c = 0; c < 3; c++) {
                total[c + 1] += item.costs()[c];
            }
        }
        return total;
    }
}
