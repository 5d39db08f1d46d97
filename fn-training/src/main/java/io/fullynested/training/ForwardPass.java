package io.fullynested.training;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import java.util.List;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Computes a graph node by node on LibTorch, for inference, recalibration and training, which differ in the operands and the
 * normalisation. Results are released after their last use; so is all else that holds one, for
 * the scope around may stay open for long.
 */
final class ForwardPass {

    private final Graph graph;
    private final int[] uses;
    /** The idle ReLUs whose result can be that of the node before, which is released after the rounding. */
    private final boolean[] absorbed;
    private final Operands operands;
    private final Normalization normalization;

    ForwardPass(Graph graph, Operands operands, Normalization normalization) {
        this.graph = graph;
        this.uses = graph.uses();
        this.absorbed = graph.idleActivations();
        for (int i = 0; i < absorbed.length; i++) {
            absorbed[i] = absorbed[i] && uses[graph.node(i).inputs().get(0)] == 1;
        }
        this.operands = operands;
        this.normalization = normalization;
    }

    /**
     * Runs it within the scope that is open.
     *
     * @param inputs {@code [n, C, H, W]}, or {@code [n, D]}, for each input of the graph; released
     * @return {@code [n, …]}
     * @throws IllegalStateException if LibTorch refuses an operation, naming the node
     */
    Tensor run(List<Tensor> inputs) {
        List<Node> nodes = graph.nodes();
        int[] left = uses.clone();
        Tensor[] results = new Tensor[nodes.size()];
        for (int i = 0; i < inputs.size(); i++) {
            results[i] = inputs.get(i);
        }
        for (int i = inputs.size(); i < results.length; i++) {
            Node node = nodes.get(i);
            List<Integer> taken = node.inputs();
            if (absorbed[i]) {
                results[i] = results[taken.get(0)];
                continue;
            }
            try {
                results[i] = apply(node, results);
            } catch (RuntimeException e) {
                throw refused(node, e);
            }
            for (int input : taken) {
                if (--left[input] == 0) {
                    if (results[input] != results[i]) {
                        results[input].close();
                    }
                    results[input] = null;
                }
            }
        }
        return results[results.length - 1];
    }

    /** What LibTorch said of a node that it cannot compute, naming it. */
    static IllegalStateException refused(Node node, RuntimeException e) {
        // the lines below the first are a native stack trace
        return new IllegalStateException("Node " + node.name() + " (" + node.operator().getClass().getSimpleName() + " giving "
                + node.shape() + ") cannot be computed: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }

    /** Whether a result may be written over: without a gradient, and by the only one that takes it, if it has memory of its own. */
    private boolean isFree(int position) {
        Node node = graph.node(position);
        if (GradMode.is_enabled() || uses[position] != 1 || node.inputs().isEmpty()) {
            return false;
        }
        if (absorbed[position]) {
            return isFree(node.inputs().get(0));
        }
        // of what keeps codes, all else may give a part of what it takes
        return !node.operator().keepsCodes() || node.activation().isPresent();
    }

    private Tensor apply(Node node, Tensor[] results) {
        List<Tensor> inputs = node.inputs().stream().map(input -> results[input]).toList();
        return node.operator().accept(new TorchKernels(operands, normalization, inputs, isFree(node.inputs().get(0))));
    }
}
