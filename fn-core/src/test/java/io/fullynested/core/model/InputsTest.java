package io.fullynested.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.core.spec.SpecWriter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes into a network: names, normalisation, several inputs. */
class InputsTest {

    private static final PluginRegistry REGISTRY = PluginRegistry.load(List.of());
    private static final String IMAGE = """
            network:
              input: {channels: 3, height: 8, width: 8}
              blocks: [{kind: conv, channels: 8}, {kind: classifier, classes: 4}]
              quantization: {activations: {bits: 8, min: 4}}
            """;
    private static final String TWO = """
            network:
              inputs: [{name: image, channels: 3, height: 8, width: 8}, {name: row, features: 5}]
              blocks:
                - {kind: conv, channels: 8}
                - {kind: global-average-pool, name: seen}
                - {kind: dense, neurons: 6, of: row, name: felt}
                - {kind: concat, of: [seen, felt]}
                - {kind: classifier, classes: 4}
              output: state
            """;

    record Root(@Option("the network") NetworkSpec network) {
    }

    @AfterAll
    static void close() {
        REGISTRY.close();
    }

    private static NetworkSpec read(String yaml) {
        return new SpecReader(REGISTRY).read(yaml, "net.yaml", Root.class).value().network();
    }

    private static Graph full(String yaml) {
        Supernet net = new Supernet(read(yaml));
        return net.compile(net.axes().full());
    }

    private static List<String> names(Graph graph) {
        return graph.nodes().stream().map(Node::name).toList();
    }

    private static String image(String more) {
        return IMAGE.replace("width: 8", "width: 8, " + more);
    }

    @Test
    void namesStartTheNamesOfNodesAndMasters() {
        assertThat(names(full(IMAGE))).startsWith("input", "input/normalize", "input/normalize/quantize", "conv1/conv");
        assertThat(names(full(image("name: photo")))).startsWith("photo", "photo/normalize", "photo/normalize/quantize", "conv1/conv");
        assertThat(new Supernet(read(image("name: photo"))).masters()).extracting(MasterParameter::name).contains("photo/mean", "photo/deviation");
    }

    @Test
    void withoutNormalisationTheInputIsQuantisedByItsRange() {
        Graph graph = full(image("normalize: none"));
        assertThat(names(graph)).startsWith("input", "input/quantize", "conv1/conv");
        assertThat(((FakeQuantize) graph.node(1).operator()).signed()).isFalse();
        assertThat(((FakeQuantize) full(image("normalize: none, range: [-1, 1]")).node(1).operator()).signed()).isTrue();
        assertThat(graph.nodes()).noneMatch(node -> node.operator() instanceof Normalize);
        assertThat(new Supernet(read(image("normalize: none, type: uint8"))).masters())
                .contains(new MasterParameter("input/clip", new int[0], MasterParameter.Role.BOUND, 1));
    }

    @Test
    void chainsStartAtInputsAndAreJoined() {
        Graph graph = full(TWO);
        assertThat(names(graph)).startsWith("image", "row", "image/normalize", "row/normalize", "conv1/conv");
        assertThat(graph.inputs()).extracting(Node::shape).containsExactly(Shape.image(3, 8, 8), Shape.flat(5));
        assertThat(graph.sample()).isEqualTo(Shape.flat(197));
        Node concat = graph.nodes().stream().filter(node -> node.operator() instanceof Concat).findFirst().orElseThrow();
        assertThat(concat.shape()).isEqualTo(Shape.flat(14));
        assertThat(((Input) graph.node(1).operator()).values()).isEqualTo(Input.Values.ANY);
    }

    @Test
    void signalsOfDifferentSizesAreJoinedFlat() {
        Graph graph = full(TWO.replace("of: [seen, felt]", "of: [conv1, felt]").replace("    - {kind: global-average-pool, name: seen}\n", ""));
        assertThat(graph.nodes().stream().filter(node -> node.operator() instanceof Concat).findFirst().orElseThrow().shape()).isEqualTo(Shape.flat(8 * 64 + 6));
    }

    @Test
    void whatIsReadIsWrittenAlike() {
        for (String yaml : List.of(TWO, image("name: photo, normalize: none, type: uint8"), image("normalize: {mean: [1, 2, 3], deviation: [4, 5, 6]}, range: [0, 255]"))) {
            NetworkSpec spec = read(yaml);
            assertThat(read(new SpecWriter(REGISTRY).write(new Root(spec)))).isEqualTo(spec);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "of: row,|of: raw,|block 'felt' is of 'raw', which is no input and no block before it. There are: image, row, conv1, seen. Maybe 'row'?",
        "of: row,||block 'concat1' is of seen, felt, one of them twice",
        "features: 5|features: 5, width: 3|'row' needs channels, height and width, or else features",
        "name: row, features|name: image, features|two inputs are named 'image'. Give one of them another name",
        "of: [seen, felt]|of: seen|no block takes what 'felt' gives. Maybe a block {kind: concat, of: [felt, classifier1]}, or outputs: [felt, classifier1]?",
        "output: state|output: row|an input and the output are both named 'row'. Give one of them another name",
        "name: seen|name: image|an input and a block are both named 'image'. Give one of them another name",
        "features: 5|features: 5, normalize: {mean: [1], deviation: [1]}|'row' has 5 channels or features, so it needs as many means, found 1",
        "features: 5|features: 5, normalize: {mean: [1], deviation: [1, 2]}|there are 1 means, but 2 deviations",
        "features: 5|features: 5, type: uint8|bytes need a range, the numbers that 0 and 255 stand for. Maybe range: [0, 1]?",
        "features: 5|features: 5, range: [1, 0]|a range goes from the least to the greatest number, found 1.0 and 0.0",
        "name: row, features: 5|name: a/b, features: 5|what goes in or comes out has a name of letters, digits, _ . : and -, which starts with one of the first three, found 'a/b'",
        "output: state|input: {features: 3}|a network needs one of input and inputs. Maybe input: {channels: 3, height: 32, width: 32}?"})
    void whatDoesNotFormANetworkIsRefused(String right, String wrong, String message) {
        String yaml = wrong == null ? TWO.replace(right, "").replace("of: [seen, felt]", "of: [seen, seen]") : TWO.replace(right, wrong);
        assertThatThrownBy(() -> read(yaml)).hasMessageContaining(message.replace("is of seen, felt", "is of seen, seen"));
    }

    @Test
    void aBlockOfOneSignalCannotJoin() {
        assertThatThrownBy(() -> new Supernet(read(TWO.replace("kind: concat", "kind: dense, neurons: 3"))))
                .hasMessage("block 'dense1' with input 8 and 6: takes one signal, not 2. Maybe a block {kind: concat} before it, which joins them?");
    }
}
