package io.fullynested.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.core.spec.SpecWriter;
import io.fullynested.core.tensor.Samples;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes out of a network, if it is several. */
class OutputsTest {

    private static final PluginRegistry REGISTRY = PluginRegistry.load(List.of());
    private static final String THREE = """
            network:
              inputs: [{name: image, channels: 3, height: 8, width: 8}, {name: row, features: 5}]
              blocks:
                - {kind: conv, channels: 8}
                - {kind: pixel-classifier, classes: 3, name: map}
                - {kind: global-average-pool, of: conv1, name: seen}
                - {kind: dense, neurons: 6, of: row, name: felt, nesting: {neurons: {keeps: [1]}}}
                - {kind: concat, of: [seen, felt]}
                - {kind: classifier, classes: 4, name: state}
              outputs: [state, map, felt]
              quantization: {weights: {bits: 8, min: 4}, activations: {bits: 8, min: 4}}
            """;

    private static final int COUNT = 4;
    private static final Tensor SAMPLES = samples();

    record Root(@Option("the network") NetworkSpec network) {
    }

    @AfterAll
    static void close() {
        REGISTRY.close();
    }

    private static NetworkSpec read(String yaml) {
        return new SpecReader(REGISTRY).read(yaml, "net.yaml", Root.class).value().network();
    }

    private static Map<String, Tensor> masters(Supernet net) {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, Tensor> masters = new TreeMap<>();
        for (MasterParameter master : net.masters()) {
            Tensor tensor = Tensor.zeros(master.shape());
            for (int i = 0; i < tensor.data().length; i++) {
                tensor.data()[i] = (float) (0.5 + random.nextDouble());
            }
            masters.put(master.name(), tensor);
        }
        return masters;
    }

    private static Tensor samples() {
        SplittableRandom random = new SplittableRandom(6);
        Tensor samples = Tensor.zeros(COUNT, 3 * 64 + 5);
        for (int i = 0; i < samples.data().length; i++) {
            samples.data()[i] = (float) random.nextDouble();
        }
        return samples;
    }

    private static Model model(Supernet net, Map<String, Tensor> masters) {
        Model model = new Model(net.compile(net.axes().full()), new Parameters(masters, new MidRise(2)));
        try (EjmlInterpreter engine = new EjmlInterpreter(); Executable executable = engine.bind(model, ComputeDevice.CPU)) {
            return model.with(executable.recalibrate(SAMPLES));
        }
    }

    private static Tensor run(Supernet net, Map<String, Tensor> masters) {
        try (EjmlInterpreter engine = new EjmlInterpreter()) {
            return engine.run(model(net, masters), SAMPLES);
        }
    }

    @Test
    void anAnswerHoldsOneAfterTheOther() {
        Supernet net = new Supernet(read(THREE));
        assertThat(net.outputs()).containsExactly(Map.entry("state", Shape.flat(4)), Map.entry("map", Shape.image(3, 8, 8)), Map.entry("felt", Shape.flat(6)));
        assertThat(net.output()).isEqualTo(Shape.flat(4 + 3 * 64 + 6));
        Graph graph = net.compile(net.axes().full());
        assertThat(graph.output().operator()).isEqualTo(new Outputs(List.of("state", "map", "felt")));
        Model model = model(net, masters(net));
        try (EjmlInterpreter engine = new EjmlInterpreter()) {
            List<Tensor> trace = engine.trace(model, SAMPLES);
            float[] all = engine.run(model, SAMPLES).data();
            int start = 0;
            for (Node output : graph.outputs()) {
                int length = output.shape().elements();
                assertThat(Samples.numbers(all, 0, COUNT, net.output().elements(), start, length)).as(output.name())
                        .containsExactly(trace.get(graph.nodes().indexOf(output)).data());
                start += length;
            }
            assertThat(all).hasSize(COUNT * start);
        }
    }

    @Test
    void whatABlockTakesRoundedComesOutRounded() {
        Supernet net = new Supernet(read(THREE));
        Graph graph = net.compile(net.axes().full());
        assertThat(graph.outputs()).extracting(Node::name).containsExactly("state/logits", "map/norm", "felt/relu/quantize");
        assertThat(graph.outputs().get(2).operator()).isInstanceOf(FakeQuantize.class);
    }

    @Test
    void rankingLeavesWhatGoesInAndComesOutWhereItIs() {
        Supernet net = new Supernet(read(THREE.replaceAll("  quantization.*\n", "")));
        Map<String, Tensor> masters = masters(net);
        Map<String, Tensor> ranked = Ranking.byNorm(net, masters);
        assertThat(ranked).isNotEqualTo(masters);
        Tensor before = run(net, masters);
        Tensor after = run(net, ranked);
        for (int i = 0; i < before.data().length; i++) {
            assertThat(after.data()[i]).as("number %d", i).isCloseTo(before.data()[i], within(1e-4f));
        }
    }

    @Test
    void whatIsReadIsWrittenAlike() {
        NetworkSpec spec = read(THREE);
        assertThat(read(new SpecWriter(REGISTRY).write(new Root(spec)))).isEqualTo(spec);
    }

    @Test
    void oneOutputIsTheEnd() {
        Supernet net = new Supernet(read(THREE.replace("[state, map, felt]", "[state]").replace("    - {kind: pixel-classifier, classes: 3, name: map}\n", "")));
        assertThat(net.outputs()).containsExactly(Map.entry("state", Shape.flat(4)));
        assertThat(net.compile(net.axes().full()).output().name()).isEqualTo("state/logits");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[state, map, felt]|[state, maps, felt]|the output 'maps' is no block. There are: conv1, map, seen, felt, concat1, state. Maybe 'map'?",
        "[state, map, felt]|[state, map, row]|the output 'row' is no block. There are: conv1, map, seen, felt, concat1, state",
        "[state, map, felt]|[state, map, state]|the outputs are state, map, state, one of them twice",
        "[state, map, felt]|[map, felt]|no block takes what 'state' gives. Maybe outputs: [map, felt, state]?",
        "[state, map, felt]|[state, felt]|no block takes what 'map' gives. Maybe a block {kind: concat, of: [map, state]}, or outputs: [map, state]?",
        "outputs: [state, map, felt]|{outputs: [state, map], output: map}|outputs have the names of their blocks. Maybe no output: map?"})
    void whatDoesNotComeOutIsRefused(String right, String wrong, String message) {
        String given = wrong.startsWith("{") ? wrong.substring(1, wrong.length() - 1).replace(", output:", "\n  output:") : wrong;
        assertThatThrownBy(() -> read(THREE.replace(right, given))).hasMessageContaining(message);
    }

    @Test
    void whatIsNestedCannotComeOut() {
        assertThatThrownBy(() -> new Supernet(read(THREE.replace(", nesting: {neurons: {keeps: [1]}}", ""))))
                .hasMessage("The output 'felt' is a signal of shape 6, which is nested itself (2 in the smallest), not in logits or other numbers. "
                        + "Maybe nesting: {channels: {keeps: [1]}, neurons: {keeps: [1]}} in that block?");
    }

    @Test
    void nothingComesBehindTheOutputs() {
        Graph graph = new Supernet(read(THREE)).compile(new Supernet(read(THREE)).axes().full());
        List<Node> more = new ArrayList<>(graph.nodes());
        more.add(new Node("more", new Softmax(), List.of(more.size() - 1), graph.output().shape()));
        assertThatThrownBy(() -> new Graph(more)).hasMessage("Node more comes behind outputs/joined, which ends the network");
        assertThatThrownBy(() -> new Outputs(List.of("one"))).hasMessage("takes two outputs or more, each of its own name, not [one]");
        assertThatThrownBy(() -> new Outputs(List.of("a", "b")).shape(List.of(Shape.flat(1)))).hasMessage("has 2 names for 1 outputs");
    }
}
