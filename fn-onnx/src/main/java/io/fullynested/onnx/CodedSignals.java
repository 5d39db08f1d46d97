package io.fullynested.onnx;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import java.util.List;
import java.util.Objects;

/** Which signals a file has as codes, told before it is written. */
final class CodedSignals {

    private CodedSignals() {
    }

    /** One for each node of the graph, in its order: whether its result is there in codes. */
    static boolean[] of(Graph graph, Format format) {
        List<Node> nodes = graph.nodes();
        // where codes come from: what is put together stays codes only if all of it means the same
        FakeQuantize[] grids = new FakeQuantize[nodes.size()];
        boolean[] coded = new boolean[nodes.size()];
        for (int i = 0; i < coded.length && format.coded() && format != Format.QONNX; i++) {
            Node node = nodes.get(i);
            if (node.quantizer().isPresent()) {
                grids[i] = node.rounding().orElse(null);
            } else if (node.operator().keepsCodes() && !node.inputs().isEmpty()) {
                FakeQuantize first = grids[node.inputs().get(0)];
                grids[i] = node.inputs().stream().allMatch(input -> Objects.equals(first, grids[input])) ? first : null;
            }
            coded[i] = grids[i] != null;
        }
        return coded;
    }
}
