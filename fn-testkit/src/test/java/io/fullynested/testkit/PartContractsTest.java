package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.hardware.Macs;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
            return node.operator() instanceof Operator.Input ? 1e9 : -1;
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

    static Stream<Arguments> costs() {
        Random random = new Random(1);
        return Stream.of(
                broken(CostModelContract::hasAUnit, cost(formula(" ", graph -> 1)), "unit"),
                broken(CostModelContract::isNeverNegative, cost(formula("u", graph -> 20 - graph.nodes().size())), "of Input["),
                broken(CostModelContract::isNeverNegative, cost(formula("u", graph -> Double.NaN)), "of Input["),
                broken(CostModelContract::isNeverNegative, cost(new NegativeNodes()), "of Node["),
                broken(CostModelContract::neverGrowsWhenLessIsKept,
                        cost(formula("u", graph -> 1e9 - graph.nodes().stream().mapToInt(node -> node.shape().elements()).sum())), "then keeping"),
                broken(CostModelContract::isTheSameForTheSameNetwork, cost(formula("u", graph -> 1 + random.nextDouble())), "once more"),
                broken(CostModelContract::isTheSumOfItsNodes, cost(new Overhead()), "Overhead"));
    }

    @ParameterizedTest
    @MethodSource("costs")
    void catchesACostModel(Consumer<CostModelContract> check, CostModelContract contract, String message) {
        assertThatThrownBy(() -> check.accept(contract)).isInstanceOf(AssertionError.class).hasMessageContaining(message);
        assertThatCode(() -> check.accept(cost(new Macs()))).doesNotThrowAnyException();
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

    static Stream<Arguments> devices() {
        Random random = new Random(1);
        return Stream.of(
                broken(DeviceContract::namesItsCosts, device(Map.of(), Map.of()), "costs of"),
                broken(DeviceContract::namesItsCosts, device(Map.of("Latency", new Macs()), Map.of()), "Latency"),
                broken(DeviceContract::namesItsCosts, telling(formula(" ", graph -> 1)), "unit of latency"),
                broken(DeviceContract::limitsItsOwnCosts, device(Map.of("latency", new Macs()), Map.of("dsp", 3.0)), "dsp"),
                broken(DeviceContract::limitsItsOwnCosts, device(Map.of("latency", new Macs()), Map.of("latency", 0.0)), "limit of latency"),
                broken(DeviceContract::isNeverNegative, telling(new NegativeNodes()), "of Node["),
                broken(DeviceContract::neverGrowsWhenLessIsKept,
                        telling(formula("u", graph -> 1e9 - graph.nodes().stream().mapToInt(node -> node.shape().elements()).sum())), "then keeping"),
                broken(DeviceContract::isTheSameForTheSameNetwork, telling(formula("u", graph -> 1 + random.nextDouble())), "once more"));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void catchesADevice(Consumer<DeviceContract> check, DeviceContract contract, String message) {
        assertThatThrownBy(() -> check.accept(contract)).isInstanceOf(AssertionError.class).hasMessageContaining(message);
        assertThatCode(() -> check.accept(telling(new Macs()))).doesNotThrowAnyException();
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

    static Stream<Arguments> dropouts() {
        Random random = new Random(1);
        return Stream.of(
                PartContractsTest.<OrderedDropoutContract>broken(OrderedDropoutContract::takesSomeAxes, new OrderedDropoutContract() {
                    @Override
                    protected OrderedDropout dropout() {
                        return (axis, progress) -> even(axis.keeps().size());
                    }

                    @Override
                    protected boolean takes(NestedAxis axis) {
                        return false;
                    }
                }, "axes that"),
                broken(OrderedDropoutContract::hasOneProbabilityForEachPrefix, dropout((axis, progress) -> even(axis.size())), "size"),
                broken(OrderedDropoutContract::noProbabilityIsNegative, dropout(PartContractsTest::negative), "-0.1"),
                broken(OrderedDropoutContract::probabilitiesSumToOne, dropout(PartContractsTest::fading), "0.999"),
                broken(OrderedDropoutContract::saysTheSameAgain, dropout((axis, progress) -> drifting(axis, random)), "once more"));
    }

    @ParameterizedTest
    @MethodSource("dropouts")
    void catchesAnOrderedDropout(Consumer<OrderedDropoutContract> check, OrderedDropoutContract contract, String message) {
        assertThatThrownBy(() -> check.accept(contract)).isInstanceOf(AssertionError.class).hasMessageContaining(message);
        assertThatCode(() -> check.accept(dropout((axis, progress) -> even(axis.keeps().size())))).doesNotThrowAnyException();
    }

    private static <C> Arguments broken(Consumer<C> check, C contract, String message) {
        return Arguments.of(check, contract, message);
    }
}
