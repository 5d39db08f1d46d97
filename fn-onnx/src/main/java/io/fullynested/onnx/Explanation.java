package io.fullynested.onnx;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.core.model.GraphPasses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What becomes of a network in a file for a target.
 *
 * @param format  how its numbers are written
 * @param because why
 * @param floats  the nodes that are computed in floats: name → why
 * @param refused what of it the target does not take or compute, as its documentation has it
 */
public record Explanation(Format format, String because, Map<String, String> floats, List<String> refused) {

    /**
     * Of a network for a target.
     *
     * @param graph  as it was compiled
     * @param format how its numbers are written, {@link Target#format} if nobody chose another
     */
    public static Explanation of(Target target, Graph graph, Format format) {
        return of(target, graph, format, OptionalInt.empty());
    }

    /** The same in a version of ONNX that was wished for, if any. */
    public static Explanation of(Target target, Graph graph, Format format, OptionalInt opset) {
        String because = format == target.format(graph) ? target.because(graph) : "it was asked for";
        return new Explanation(format, because, format.coded() ? floats(GraphPasses.standalone(graph)) : Map.of(),
                Stream.concat(target.refused(graph, format).stream(), Opset.hasFunctions(opset) ? target.functions(graph, format) : Stream.of()).toList());
    }

    private static Map<String, String> floats(Graph graph) {
        Map<String, String> floats = new LinkedHashMap<>();
        boolean[] codes = new boolean[graph.nodes().size()];
        for (int i = 0; i < codes.length; i++) {
            Node node = graph.node(i);
            boolean given = node.inputs().stream().allMatch(input -> codes[input]);
            IntegerKernel kernel = IntegerKernel.of(node.operator());
            codes[i] = kernel == IntegerKernel.ROUNDING || node.operator().keepsCodes() && given && !node.inputs().isEmpty();
            if (kernel != IntegerKernel.ROUNDING && kernel != IntegerKernel.NOT_NEEDED && !isMerged(graph, i)) {
                why(graph, i, given).ifPresent(reason -> floats.put(node.name(), reason));
            }
        }
        return floats;
    }

    /** Whether it is an activation function between what computes and a rounding. */
    private static boolean isMerged(Graph graph, int node) {
        return IntegerKernel.of(graph.node(node).operator()) == IntegerKernel.MERGED && isRounded(graph, node);
    }

    private static Optional<String> why(Graph graph, int position, boolean given) {
        Node node = graph.node(position);
        IntegerKernel kernel = IntegerKernel.of(node.operator());
        String reason = node.weight().filter(weight -> !weight.quantized()).isPresent() ? "its weights are not quantised"
                : !given ? "what goes in is not rounded"
                : kernel == IntegerKernel.NONE || kernel == IntegerKernel.MERGED ? "there is no integer kernel for it"
                : kernel == IntegerKernel.TO_CODES && !isRounded(graph, position) ? "what comes out is not rounded" : null;
        return Optional.ofNullable(reason);
    }

    /** Whether all that takes a result rounds it, perhaps behind an activation function that is merged. */
    private static boolean isRounded(Graph graph, int position) {
        List<Integer> users = new ArrayList<>();
        for (int i = position + 1; i < graph.nodes().size(); i++) {
            if (graph.node(i).inputs().contains(position)) {
                users.add(i);
            }
        }
        return !users.isEmpty() && users.stream().allMatch(user -> graph.node(user).rounding().isPresent() || isMerged(graph, user));
    }
}
