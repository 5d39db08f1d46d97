package io.fullynested.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SubmodelSearchTest {

    private final Supernet supernet = supernet();
    private final SubmodelSearch search = new SubmodelSearch(supernet, Map.of("weights", new Weights(1000, "weights"), "ms", new Weights(.5, "ms")));
    private final Greedy greedy = new Greedy(10, Greedy.RankBy.LOSS);

    @Test
    void tellsCostsByEveryModel() {
        // 4 pixels × 8 units + 8 units × 3 classes
        assertThat(search.costs(supernet.axes().full())).isEqualTo(Map.of("weights", 56_000.0, "ms", 28.0));
        assertThat(search.costs(supernet.axes().smallest())).isEqualTo(Map.of("weights", 14_000.0, "ms", 7.0));
    }

    @Test
    void findsASubmodelForEachBudget() {
        SearchOptions options = new SearchOptions(greedy, List.of(budget("tiny", "weights", 14_000), budget("fast", "ms", 14.5)));
        SearchResult result = search.search(options, new Constant(), Progress.NONE, 1);
        assertThat(result.chosen().get("tiny").costs()).containsEntry("weights", 14_000.0);
        assertThat(result.chosen().get("fast").costs().get("ms")).isLessThanOrEqualTo(14.5);
        assertThat(result.visited()).extracting(candidate -> candidate.costs().get("ms")).containsExactly(28.0, 21.0, 14.0, 7.0);
    }

    @Test
    void tellsOfEachSubmodelThatIsMeasuredByItsWholeSelection() {
        Map<SubmodelSpec, Evaluation> measured = new HashMap<>();
        Progress progress = new Progress() {
            @Override
            public void report(double done, String message) {
                assertThat(measured).isNotEmpty();
            }

            @Override
            public void measured(SubmodelSpec spec, Evaluation evaluation) {
                measured.put(spec, evaluation);
            }
        };
        SearchOptions options = new SearchOptions(greedy, List.of(budget("tiny", "weights", 14_000)));
        SearchResult result = search.search(options, new Constant(), progress, 1);
        assertThat(measured).isEqualTo(result.visited().stream().collect(Collectors.toMap(Candidate::spec, Candidate::evaluation)));
    }

    @Test
    void namesAllBudgetsThatNoSubmodelMeets() {
        Constant evaluator = new Constant();
        SearchOptions options = new SearchOptions(greedy, List.of(budget("tiny", "weights", 1000), budget("fine", "weights", 20_000),
                budget("fast", "ms", 6.25)));
        assertThatThrownBy(() -> search.search(options, evaluator, Progress.NONE, 1)).isInstanceOf(InfeasibleBudgetException.class)
                .hasMessage("budget tiny: no submodel has weights ≤ 1,000 weights; the smallest has 14,000 weights, at units.neurons=2\n"
                        + "budget fast: no submodel has ms ≤ 6.25 ms; the smallest has 7 ms, at units.neurons=2")
                .satisfies(e -> assertThat(((InfeasibleBudgetException) e).problems()).hasSize(2));
        assertThat(evaluator.calls).isZero();
    }

    @Test
    void namesUnknownCosts() {
        assertThatThrownBy(() -> search.checkFeasible(new SearchOptions(greedy, List.of(budget("tiny", "mac", 1))))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("budget tiny: there is no cost model 'mac'; there are [ms, weights]");
    }

    @Test
    void aFloorIsMetByTheCheapestThatIsAccurateEnough() {
        // the accuracy is the share of units kept: 1/4, 1/2, 3/4, 1
        Evaluator byWidth = new Constant() {
            @Override
            public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
                return specs.stream().map(spec -> new Evaluation(spec.keep("units.neurons") / 8.0, 1, images)).toList();
            }
        };
        for (SearchStrategy strategy : List.of(greedy, new UniformScaling(), new RandomSearch(5, 10, 2))) {
            SearchOptions options = new SearchOptions(strategy, List.of(budget("tiny", "ms", 14.5)),
                    List.of(new Floor("good", "weights", "accuracy", .7), new Floor("any", "ms", "accuracy", 0)), Map.of(), List.of(), 0);
            SearchResult result = search.search(options, byWidth, Progress.NONE, 1);
            assertThat(result.chosen()).containsOnlyKeys("tiny", "good", "any");
            assertThat(result.chosen().get("good").spec()).hasToString("units.neurons=6");
            assertThat(result.chosen().get("any").spec()).hasToString("units.neurons=2");
            assertThat(result.chosen().get("tiny").spec()).hasToString("units.neurons=4");
        }
        assertThatThrownBy(() -> search.checkFeasible(new SearchOptions(greedy, List.of(), List.of(new Floor("f", "mac", "accuracy", .9)), Map.of(),
                List.of(), 0))).hasMessage("floor f: there is no cost model 'mac'; there are [ms, weights]");
    }

    @Test
    void whatIsNotMetDoesNotTakeTheOthersAlong() {
        SearchOptions much = new SearchOptions(greedy, List.of(budget("tiny", "ms", 14.5)), List.of(new Floor("perfect", "ms", "accuracy", .9)), Map.of(),
                List.of(), 0);
        SearchResult result = search.search(much, new Constant(), Progress.NONE, 1);
        assertThat(result.chosen()).containsOnlyKeys("tiny");
        assertThat(result.unmet()).isEqualTo(Map.of("perfect", "floor perfect: no submodel with accuracy ≥ 90.00 % was found; the best "
                + "has 50.00 %, at units.neurons=8"));
        // a cost that is not known to fall with what is kept is refused by no look at the smallest
        CostModel odd = new CostModel() {
            @Override
            public double cost(Graph graph) {
                return 10;
            }

            @Override
            public String unit() {
                return "oddities";
            }

            @Override
            public boolean monotone() {
                return false;
            }
        };
        SubmodelSearch other = new SubmodelSearch(supernet, Map.of("odd", odd, "weights", new Weights(1000, "weights")));
        for (SearchStrategy strategy : List.of(greedy, new RacingGreedy(2, 1, 1), new RandomSearch(5, 10, 2), new UniformScaling())) {
            result = other.search(new SearchOptions(strategy, List.of(budget("never", "odd", 5), budget("tiny", "weights", 14_000))), new Constant(),
                    Progress.NONE, 1);
            assertThat(result.chosen()).containsOnlyKeys("tiny");
            assertThat(result.unmet().get("never")).startsWith("Budget never cannot be met: ");
            // alone, it leaves what there is
            result = other.search(new SearchOptions(strategy, List.of(budget("never", "odd", 5))), new Constant(), Progress.NONE, 1);
            assertThat(result.chosen()).isEmpty();
            assertThat(result.unmet()).containsOnlyKeys("never");
            assertThat(result.visited()).isNotEmpty();
        }
    }

    @Test
    void aFrontIsFilledInBesideTheBudgets() {
        SearchStrategy smallest = problem -> new Greedy(10, Greedy.RankBy.LOSS).search(problem).chosen().values().stream().findFirst()
                .map(found -> new SearchResult(List.of(found), Map.of("tiny", found), Map.of(), List.of())).orElseThrow();
        SearchResult result = search.search(new SearchOptions(smallest, List.of(budget("tiny", "weights", 14_000)), List.of(), Map.of(),
                List.of(), 4), new Constant(), Progress.NONE, 1);
        // the best below 56,000, 35,278, 22,224 and 14,000 weights
        assertThat(result.visited()).extracting(candidate -> candidate.costs().get("weights"))
                .containsExactlyInAnyOrder(14_000.0, 56_000.0, 28_000.0);
        assertThat(result.chosen()).containsOnlyKeys("tiny");
        assertThat(result.paths()).singleElement().satisfies(path -> assertThat(path).hasSize(4));
        // one way for each cost that is limited
        Budget both = new Budget("tiny", Map.of("weights", 14_000.0, "ms", 7.0));
        assertThat(search.search(new SearchOptions(smallest, List.of(both), List.of(), Map.of(), List.of(), 4), new Constant(), Progress.NONE, 1)
                .paths()).hasSize(2);
    }

    @Test
    void frozenAxesDecideWhatIsFeasible() {
        SearchOptions options = new SearchOptions(greedy, List.of(budget("tiny", "weights", 20_000)), List.of(), Map.of("units.neurons", 4), List.of(), 0);
        assertThatThrownBy(() -> search.checkFeasible(options)).hasMessage("budget tiny: no submodel has weights ≤ 20,000 weights with "
                + "units.neurons=4 frozen; the smallest has 28,000 weights, at units.neurons=4");
        // nothing is left to search then
        for (SearchStrategy strategy : List.of(greedy, new RacingGreedy(2, 1, 1), new PredictorSearch(3, 2, 2, 1), new Evolutionary(4, 2, 1, 1),
                new Exhaustive(1), new RandomSearch(5, 10, 2), new UniformScaling())) {
            SearchOptions wide = new SearchOptions(strategy, List.of(budget("tiny", "weights", 30_000)), List.of(), Map.of("units.neurons", 4),
                    List.of(), 0);
            assertThat(search.search(wide, new Constant(), Progress.NONE, 1).chosen().get("tiny").spec()).hasToString("units.neurons=4");
        }
    }

    @Test
    void amountsAreReadable() {
        assertThat(Amount.text(372_292, "MACs")).isEqualTo("372,292 MACs");
        assertThat(Amount.text(114_688, "bytes")).isEqualTo("112.0 KiB");
        assertThat(Amount.text(3 << 20, "bytes")).isEqualTo("3.0 MiB");
        assertThat(Amount.text(.5, "ms")).isEqualTo("0.5 ms");
    }

    @Test
    void refusesAResultThatBreaksABudget() {
        SearchStrategy careless = problem -> new SearchResult(List.of(), Map.of("tiny",
                new Candidate(supernet.axes().full(), search.costs(supernet.axes().full()), new Evaluation(1, 0, 1))));
        SearchOptions options = new SearchOptions(careless, List.of(budget("tiny", "ms", 10)));
        assertThatThrownBy(() -> search.search(options, new Constant(), Progress.NONE, 1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("for budget tiny");
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> new SearchOptions(greedy, List.of(budget("../tiny", "ms", 1)))).hasMessageContaining("'../tiny'");
        assertThatThrownBy(() -> new SearchOptions(greedy, List.of(budget("a", "ms", 1), budget("a", "ms", 2))))
                .hasMessage("two submodels are to be named 'a'");
        assertThatThrownBy(() -> new SearchOptions(greedy, List.of(new Budget("a", Map.of())))).hasMessageContaining("budget a has no limit");
        assertThatThrownBy(() -> new SearchOptions(greedy, List.of(budget("a", "ms", 0)))).hasMessage("budget a: ms must be above 0, found 0.0");
        assertThatThrownBy(() -> new SearchOptions(greedy, List.of(budget("a", "ms", Double.NaN)))).hasMessageContaining("NaN");
    }

    @Test
    void strategiesAreFoundAsAService() {
        Map<String, Class<?>> options = new TreeMap<>();
        ServiceLoader.load(FullyNestedPlugin.class).stream().map(ServiceLoader.Provider::get)
                .flatMap(plugin -> plugin.searchStrategies().stream()).forEach(strategy -> options.put(strategy.kind(), strategy.options()));
        assertThat(options).isEqualTo(Map.of("greedy", Greedy.class, "racing-greedy", RacingGreedy.class,
                "evolutionary", Evolutionary.class, "exhaustive", Exhaustive.class, "knapsack", Knapsack.class, "predictor", PredictorSearch.class,
                "random", RandomSearch.class, "uniform-scaling", UniformScaling.class));
    }

    private static Budget budget(String name, String cost, double limit) {
        return new Budget(name, Map.of(cost, limit));
    }

    private static Supernet supernet() {
        NestingOptions.Level quarters = new NestingOptions.Level(List.of(.25, .5, .75, 1.), 1, NestingOptions.Granularity.LAYER);
        return new Supernet(new NetworkSpec(new NetworkSpec.Input(1, 2, 2),
                List.of(new NetworkSpec.Block("units", new DenseBlock(8, Nonlinearity.RELU), true, Optional.empty()),
                        new NetworkSpec.Block("classifier", new Classifier(3), true, Optional.empty())),
                new NestingOptions(quarters, quarters, quarters, quarters),
                new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2))));
    }

    /** Weights of dense layers times a price. */
    private record Weights(double price, String unit) implements CostModel {
        @Override
        public double cost(Graph graph) {
            return graph.nodes().stream().filter(node -> node.operator() instanceof Dense)
                    .mapToDouble(node -> price * ((Dense) node.operator()).weight().slice().elements()).sum();
        }
    }

    /** Takes all submodels for equally good. */
    private static class Constant implements Evaluator {
        private int calls;

        @Override
        public int images() {
            return 10;
        }

        @Override
        public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
            calls++;
            return specs.stream().map(spec -> new Evaluation(.5, 1, images)).toList();
        }
    }
}
