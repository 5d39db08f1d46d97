package io.fullynested.onnx;

import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import java.util.List;

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
            if (node.operator() instanceof FakeQuantize quantize) {
                grids[i] = quantize.rounds() ? quantize : null;
            } else if (node.operator().keepsCodes() && !node.inputs().isEmpty()) {
                FakeQuantize first = grids[node.inputs().get(0)];
                boolean same = !(node.operator() instanceof Concat) || node.inputs().stream().allMatch(input -> first != null && first.equals(grids[input]));
                grids[i] = same ? first : null;
            }
            coded[i] = grids[i] != null;
        }
        return coded;
    }
}
