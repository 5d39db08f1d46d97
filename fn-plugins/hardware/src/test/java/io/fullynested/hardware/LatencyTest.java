package io.fullynested.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyTest {

    /** A machine of known speed. */
    private record Machine(ToDoubleBiFunction<Graph, Node> speed, List<Graph> asked) implements Host {

        @Override
        public double[] storedBytes(Graph graph, Optional<String> format) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double fileBytes(Graph graph, Optional<String> format) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Timing time(Graph graph, int batch, int threads) {
            asked.add(graph);
            double[] perNode = graph.nodes().stream().mapToDouble(node -> batch * speed.applyAsDouble(graph, node)).toArray();
            return new Timing(Arrays.stream(perNode).sum(), perNode);
        }
    }

    /** A convolution's time is a linear function of its work, another node's of its numbers. */
    private static Machine linear() {
        return new Machine((graph, node) -> node.operator() instanceof Convolution ? 0.25 + 0.001 * graph.macs(node)
                : 0.01 * node.shape().elements(), new ArrayList<>());
    }

    private static Graph convolution(int in, int out, int kernel) {
        HandNet net = new HandNet();
        int x = net.quantize(net.add(new Input(Shape.image(in, 4, 4)), Shape.image(in, 4, 4)), 8, true);
        net.quantize(net.add(HandNet.convolution(8, out, in, kernel, 1), Shape.image(out, 4, 4), x), 8, true);
        return net.graph();
    }

    private static LatencyTable table(Graph... networks) {
        List<Integer> done = new ArrayList<>();
        List<Host.Timing> timings = LatencyTable.time(List.of(networks), linear(), 1, 1, done::add);
        assertThat(done).hasSize(LatencyTable.ROUNDS * networks.length);
        return LatencyTable.of(List.of(networks), timings, 1, 1);
    }

    private static double share(LatencyTable table, Graph graph) {
        return table.costs().get("latency").perNode(graph)[2];
    }

    @Test
    void whatWasMeasuredIsTakenFromTheTable() {
        LatencyTable table = table(HandNet.quantized());
        double time = linear().time(HandNet.quantized(), 1, 1).milliseconds();
        assertThat(table.costs().get("latency").cost(HandNet.quantized())).isCloseTo(time, within(1e-9));
        assertThat(table.costs().get("latency").monotone()).isFalse();
    }

    @Test
    void betweenTwoMeasuredOnesTimeIsInterpolated() {
        LatencyTable table = new LatencyTable(1, 1, List.of(row(2, 4, 1.0), row(4, 8, 3.0), row(16, 16, 100.0)));
        // 2·4 and 4·8 weights on 16 pixels; 4·5 are half way between
        assertThat(share(table, convolution(4, 5, 1))).isCloseTo(2.0, within(1e-9));
        assertThat(share(table, convolution(2, 4, 1))).isEqualTo(1.0);
    }

    private static LatencyTable.Row row(int in, int out, double time) {
        return new LatencyTable.Row("convolution 1/1 codes", in + "x4x4", out + "x4x4", 16.0 * in * out, in * out, time);
    }

    @Test
    void beyondWhatWasMeasuredARegressionTells() {
        LatencyTable table = table(convolution(2, 4, 1), convolution(4, 4, 1), convolution(4, 8, 1), convolution(8, 8, 1), convolution(3, 8, 1),
                convolution(6, 7, 1), convolution(5, 3, 1));
        double expected = 0.25 + 0.001 * 12 * 12 * 16;
        assertThat(share(table, convolution(12, 12, 1))).isCloseTo(expected, within(0.05 * expected));
        // another window is another operator, but of the same kind
        double other = 0.25 + 0.001 * 4 * 4 * 9 * 16;
        assertThat(share(table, convolution(4, 4, 3))).isCloseTo(other, within(0.25 * other));
    }

    @Test
    void whatIsExtrapolatedSaysSoAndHowFarOffItIs() {
        CostModel known = table(convolution(2, 4, 1), convolution(4, 8, 1)).costs().get("latency");
        assertThat(known.caveat(convolution(2, 4, 1))).isEmpty();
        assertThat(known.caveat(convolution(4, 4, 3))).hasValueSatisfying(caveat -> assertThat(caveat)
                .matches("3 of 4 operators were measured, 1 extrapolated, (which misses what was measured by \\d+ % in the median|from too few to tell how well)"));
    }

    @Test
    void whatJoinsOutputsTakesNoTime() {
        HandNet net = new HandNet();
        int input = net.add(new Input(Shape.image(2, 4, 4)), Shape.image(2, 4, 4));
        int head = net.add(new MaxPool(new Window(2, 2, 0, 1)), Shape.image(2, 2, 2), input);
        int other = net.add(new MaxPool(new Window(4, 4, 0, 1)), Shape.image(2, 1, 1), input);
        Graph alone = net.graph();
        net.add(new Outputs(List.of("a", "b")), Shape.flat(10), head, other);
        LatencyTable table = table(alone);
        assertThat(table(net.graph()).rows()).isEqualTo(table.rows());
        CostModel latency = table.costs().get("latency");
        assertThat(latency.cost(net.graph())).isEqualTo(latency.cost(alone));
        assertThat(latency.caveat(net.graph())).isEmpty();
        CostModel foreign = new LatencyTable(1, 1, List.of(new LatencyTable.Row("teleport codes", "9x9x9", "9", 0, 0, 1.24))).costs().get("latency");
        assertThatThrownBy(() -> foreign.caveat(net.graph())).hasMessageStartingWith("of 3 operators of the network, 0 are in the table");
    }

    @Test
    void aTableInWhichNothingMatchesIsRefused() {
        CostModel foreign = new LatencyTable(1, 1, List.of(new LatencyTable.Row("teleport codes", "9x9x9", "9", 0, 0, 1.24))).costs().get("latency");
        assertThatThrownBy(() -> foreign.caveat(convolution(2, 4, 1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("of 4 operators of the network, 0 are in the table or between those that are. Maybe make a table for it with ./fn measure?");
    }

    @Test
    void anOperatorOfSeveralTimesTakesTheMedian() {
        Graph graph = convolution(2, 4, 1);
        List<Host.Timing> timings = IntStream.of(9, 1, 2).mapToObj(time -> new Machine((g, node) -> time, new ArrayList<>()).time(graph, 1, 1)).toList();
        assertThat(share(LatencyTable.of(List.of(graph, graph, graph), timings, 1, 1), graph)).isEqualTo(2);
    }

    @Test
    void aMachineThatIsSlowForAWhileIsTimedAtItsBest() {
        List<Graph> networks = List.of(convolution(2, 4, 1), convolution(4, 4, 1));
        List<Graph> asked = new ArrayList<>();
        // slow for the first network's first turn, and for the second one's last two
        Set<Integer> slow = Set.of(1, 4, 6);
        Machine machine = new Machine((graph, node) -> slow.contains(asked.size()) ? 1000 : node.shape().elements(), asked);
        List<Host.Timing> timings = LatencyTable.time(networks, machine, 1, 1, done -> { });
        assertThat(timings).extracting(Host.Timing::milliseconds).isEqualTo(networks.stream()
                .map(graph -> graph.nodes().stream().mapToDouble(node -> node.shape().elements()).sum()).toList());
    }

    @Test
    void heldOutRowsAreWellPredictedWhereTimeIsLinear() {
        List<LatencyTable.Row> rows = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            rows.add(row(i, 2 + i % 5, 0.25 + 0.016 * i * (2 + i % 5)));
        }
        assertThat(new LatencyTable(1, 1, rows).heldOutError()).isLessThan(0.02);
        rows.replaceAll(row -> row((int) row.weights() % 7 + 1, 3 + (int) row.weights() % 11, 1 + row.weights() % 3));
        assertThat(new LatencyTable(1, 1, rows).heldOutError()).isGreaterThan(0.1);
        assertThat(new LatencyTable(1, 1, rows.subList(0, 9)).heldOutError()).isNaN();
    }

    @Test
    void ridgeIsTheClosedFormInOneDimension() {
        // standardised x is −1, 1; w = Σ z·y / (Σ z² + n·penalty)
        Ridge ridge = Ridge.fit(List.of(new double[] {2}, new double[] {6}), List.of(1.0, 5.0));
        double weight = 4 / (2 + 2 * 1e-3);
        assertThat(ridge.predict(new double[] {4})).isCloseTo(3, within(1e-12));
        assertThat(ridge.predict(new double[] {8})).isCloseTo(3 + 2 * weight, within(1e-12));
        // a feature that never changes tells nothing
        assertThat(Ridge.fit(List.of(new double[] {7}, new double[] {7}), List.of(1.0, 5.0)).predict(new double[] {9})).isCloseTo(3, within(1e-12));
    }

    @Test
    void wrongTablesAreRefused() {
        assertThatThrownBy(() -> new LatencyTable(1, 1, List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the table has no rows. Maybe make one with ./fn measure?");
        assertThatThrownBy(() -> new LatencyTable.Row("add codes", "3x4x5x6", "3", 0, 0, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'3x4x5x6' is not a shape. Maybe 32x14x14?");
    }

    @Test
    void aSubmodelIsMeasuredOnceHoweverOftenItIsAsked() {
        Machine machine = linear();
        CostModel latency = new MeasuredLatency(1, 8).on(machine);
        double time = latency.cost(convolution(2, 4, 1));
        assertThat(time).isEqualTo(8 * linear().time(convolution(2, 4, 1), 1, 1).milliseconds());
        assertThat(latency.cost(convolution(2, 4, 1))).isEqualTo(time);
        assertThat(Arrays.stream(latency.perNode(convolution(2, 4, 1))).sum()).isCloseTo(time, within(1e-9));
        latency.cost(convolution(2, 5, 1));
        assertThat(machine.asked()).hasSize(2);
        assertThatThrownBy(() -> new MeasuredLatency(1, 8).cost(convolution(2, 4, 1))).isInstanceOf(IllegalStateException.class);
    }
}
