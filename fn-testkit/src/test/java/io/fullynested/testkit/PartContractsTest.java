package io.fullynested.testkit;


import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.hardware.Macs;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check of the contracts of cost models and ordered dropouts catches one that is broken in its way. */
class PartContractsTest {

    private static CostModelContract cost(CostModel model) {
        return new CostModelContract() {
            @Override
            protected CostModel model() {
                return model;
            }
        };
    }

    private static CostModel formula(String unit, ToDoubleFunction<Graph> cost) {
        return new CostModel() {
            @Override
            public String unit() {
                return unit;
            }

            @Override
            public double cost(Graph graph) {
                return cost.applyAsDouble(graph);
            }
        };
    }

    /** Some nodes cost less than nothing, which a fixed share of the whole network hides. */
    private record NegativeNodes() implements NodeCostModel {
        @Override
        public String unit() {
            return "things";
        }

        @Override
        public double cost(Graph graph, Node node) {
            return node.operator() instanceof Input ? 1e9 : -1;
        }
    }

    /** A network costs more than its nodes. */
    private record Overhead() implements NodeCostModel {
        @Override
        public String unit() {
            return "things";
        }

        @Override
        public double cost(Graph graph, Node node) {
            return 1;
        }

        @Override
        public double cost(Graph graph) {
            return NodeCostModel.super.cost(graph) + 0.5;
        }
    }

    static Stream<Mutant<CostModelContract>> costs() {
        Random random = new Random(1);
        return Stream.of(
                broken("hasAUnit", "its unit is blank", cost(formula(" ", graph -> 1)), "unit"),
                broken("isNeverNegative", "below zero for large networks", cost(formula("u", graph -> 20 - graph.nodes().size())), "of [Input["),
                broken("isNeverNegative", "no number", cost(formula("u", graph -> Double.NaN)), "of [Input["),
                broken("isNeverNegative", "below zero for some nodes", cost(new NegativeNodes()), "of Node["),
                broken("neverGrowsWhenLessIsKept", "more for less",
                        cost(formula("u", graph -> 1e9 - graph.nodes().stream().mapToInt(node -> node.shape().elements()).sum())), "then keeping"),
                broken("isTheSameForTheSameNetwork", "a random share", cost(formula("u", graph -> 1 + random.nextDouble())), "once more"),
                broken("isTheSumOfItsNodes", "more than its nodes", cost(new Overhead()), "Overhead"));
    }

    private static Mutant<CostModelContract> broken(String check, String defect, CostModelContract contract, String message) {
        return new Mutant<>(CostModelContract.class, check, defect, contract, cost(new Macs()), message);
    }

    @ParameterizedTest
    @MethodSource("costs")
    void catchesACostModel(Mutant<CostModelContract> mutant) {
        mutant.caught();
    }

    private record Hardware(Map<String, CostModel> costs, Map<String, Double> limits) implements Device {
    }

    private static DeviceContract device(Map<String, CostModel> costs, Map<String, Double> limits) {
        return new DeviceContract() {
            @Override
            protected Device device() {
                return new Hardware(costs, limits);
            }
        };
    }

    private static DeviceContract telling(CostModel cost) {
        return device(Map.of("good", new Macs(), "latency", cost), Map.of());
    }

    static Stream<Mutant<DeviceContract>> devices() {
        Random random = new Random(1);
        return Stream.of(
                broken("namesItsCosts", "no costs at all", device(Map.of(), Map.of()), "costs of"),
                broken("namesItsCosts", "a name that is no key", device(Map.of("Latency", new Macs()), Map.of()), "Latency"),
                broken("namesItsCosts", "a unit that is blank", telling(formula(" ", graph -> 1)), "unit of latency"),
                broken("tellsItsCostsApart", "its place in memory for words", telling(formula("u", graph -> 1)), "latency in words"),
                broken("limitsItsOwnCosts", "a limit of what it does not tell", device(Map.of("latency", new Macs()), Map.of("dsp", 3.0)), "dsp"),
                broken("limitsItsOwnCosts", "a limit of zero", device(Map.of("latency", new Macs()), Map.of("latency", 0.0)), "limit of latency"),
                broken("isNeverNegative", "below zero for some nodes", telling(new NegativeNodes()), "of Node["),
                broken("neverGrowsWhenLessIsKept", "more for less",
                        telling(formula("u", graph -> 1e9 - graph.nodes().stream().mapToInt(node -> node.shape().elements()).sum())), "then keeping"),
                broken("isTheSameForTheSameNetwork", "a random share", telling(formula("u", graph -> 1 + random.nextDouble())), "once more"));
    }

    private static Mutant<DeviceContract> broken(String check, String defect, DeviceContract contract, String message) {
        return new Mutant<>(DeviceContract.class, check, defect, contract, telling(new Macs()), message);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void catchesADevice(Mutant<DeviceContract> mutant) {
        mutant.caught();
    }

    private static OrderedDropoutContract dropout(OrderedDropout dropout) {
        return new OrderedDropoutContract() {
            @Override
            protected OrderedDropout dropout() {
                return dropout;
            }
        };
    }

    private static double[] even(int count) {
        double[] probabilities = new double[count];
        Arrays.fill(probabilities, 1.0 / count);
        return probabilities;
    }

    private static double[] negative(NestedAxis axis, double progress) {
        double[] probabilities = even(axis.keeps().size());
        if (probabilities.length > 1) {
            probabilities[0] = -0.1;
            probabilities[1] += 0.1 + 1.0 / probabilities.length;
        }
        return probabilities;
    }

    /** Late in training too little is left over. */
    private static double[] fading(NestedAxis axis, double progress) {
        return Arrays.stream(even(axis.keeps().size())).map(p -> progress > 0.95 ? p * 0.99 : p).toArray();
    }

    private static double[] drifting(NestedAxis axis, Random random) {
        double[] probabilities = even(axis.keeps().size());
        double moved = random.nextDouble() * probabilities[0];
        probabilities[0] -= moved;
        probabilities[probabilities.length - 1] += moved;
        return probabilities;
    }

    static Stream<Mutant<OrderedDropoutContract>> dropouts() {
        Random random = new Random(1);
        return Stream.of(
                broken("takesSomeAxes", "made for no axis at all", new OrderedDropoutContract() {
                    @Override
                    protected OrderedDropout dropout() {
                        return (axis, progress) -> even(axis.keeps().size());
                    }

                    @Override
                    protected boolean takes(NestedAxis axis) {
                        return false;
                    }
                }, "axes that"),
                broken("hasOneProbabilityForEachPrefix", "one probability for each length, legal or not", dropout((axis, progress) -> even(axis.size())), "size"),
                broken("noProbabilityIsNegative", "a negative probability", dropout(PartContractsTest::negative), "-0.1"),
                broken("probabilitiesSumToOne", "a sum below 1 late in training", dropout(PartContractsTest::fading), "0.999"),
                broken("saysTheSameAgain", "drifts each time it is asked", dropout((axis, progress) -> drifting(axis, random)), "once more"));
    }

    private static Mutant<OrderedDropoutContract> broken(String check, String defect, OrderedDropoutContract contract, String message) {
        return new Mutant<>(OrderedDropoutContract.class, check, defect, contract, dropout((axis, progress) -> even(axis.keeps().size())), message);
    }

    @ParameterizedTest
    @MethodSource("dropouts")
    void catchesAnOrderedDropout(Mutant<OrderedDropoutContract> mutant) {
        mutant.caught();
    }
}
