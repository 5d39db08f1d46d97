package io.fullynested.onnx;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Outputs;
import io.fullynested.core.model.GraphPasses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a network in a file for a target.
 *
 * @param format  how its numbers are written
 * @param because why
 * @param floats  the nodes that are computed in floats: name → why
 * @param refused what the target does not take or compute, as its documentation has it
 */
public record Explanation(Format format, String because, Map<String, String> floats, List<String> refused) {

    /** The functions that a runtime merges into the rounding that follows. */
    private static final Set<Activation> MERGED = Set.of(Activation.RELU, Activation.RELU6);

    /**
     * Of a network for a target.
     *
     * @param graph  as it was compiled
     * @param format how its numbers are written, {@link Target#format} if nobody chose another
     */
    public static Explanation of(Target target, Graph graph, Format format) {
        String because = format == target.format(graph) ? target.because(graph) : "it was asked for";
        return new Explanation(format, because, format.coded() ? floats(GraphPasses.standalone(graph)) : Map.of(), target.refused(graph));
    }

    private static Map<String, String> floats(Graph graph) {
        Map<String, String> floats = new LinkedHashMap<>();
        boolean[] codes = new boolean[graph.nodes().size()];
        for (int i = 0; i < codes.length; i++) {
            Node node = graph.node(i);
            boolean given = node.inputs().stream().allMatch(input -> codes[input]);
            boolean rounds = node.operator() instanceof FakeQuantize quantize && quantize.rounds();
            codes[i] = rounds || node.operator().keepsCodes() && given && !node.inputs().isEmpty();
            if (!rounds && !node.operator().keepsCodes() && !(node.operator() instanceof Input) && !(node.operator() instanceof Outputs)
                    && !isMerged(graph, i)) {
                why(graph, i, given).ifPresent(reason -> floats.put(node.name(), reason));
            }
        }
        return floats;
    }

    /** Whether it is an activation function between what computes and a rounding. */
    private static boolean isMerged(Graph graph, int node) {
        return graph.node(node).operator() instanceof Activate activate && MERGED.contains(activate.function()) && isRounded(graph, node);
    }

    private static Optional<String> why(Graph graph, int position, boolean given) {
        Node node = graph.node(position);
        String reason = node.weight().filter(weight -> !weight.quantized()).isPresent() ? "its weights are not quantised"
                : !given ? "what goes in is not rounded"
                : !isComputed(node) ? "there is no integer kernel for it"
                : !isRounded(graph, position) && !(node.operator() instanceof Dense) ? "what comes out is not rounded" : null;
        return Optional.ofNullable(reason);
    }

    /** Whether onnxruntime has a kernel for it that takes codes. */
    private static boolean isComputed(Node node) {
        return node.operator() instanceof Convolution || node.operator() instanceof Dense || node.operator() instanceof Add || node.operator() instanceof Multiply
                || node.operator() instanceof GlobalAveragePool || node.operator() instanceof AveragePool
                || node.operator() instanceof Activate activate && activate.function() == Activation.SIGMOID;
    }

    /** Whether all that takes a result rounds it, perhaps behind an activation function that is merged. */
    private static boolean isRounded(Graph graph, int position) {
        List<Integer> users = new ArrayList<>();
        for (int i = position + 1; i < graph.nodes().size(); i++) {
            if (graph.node(i).inputs().contains(position)) {
                users.add(i);
            }
        }
        return !users.isEmpty() && users.stream().allMatch(user -> graph.node(user).operator() instanceof FakeQuantize quantize && quantize.rounds()
                || isMerged(graph, user));
    }
}
