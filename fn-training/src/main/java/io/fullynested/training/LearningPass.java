package io.fullynested.training;

import io.fullynested.api.graph.Graph;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A pass forward through a graph, batch norms taking the statistics of the images, and the way of the loss's gradient back to the operands. */
interface LearningPass {

    /**
     * Computes the outputs, within the scope that is open.
     *
     * @param inputs as {@link ForwardPass#run} takes them
     * @return {@code [n, …]}, for a loss to hand its gradient back to
     * @throws IllegalStateException if LibTorch refuses an operation, naming the node
     */
    Tensor run(List<Tensor> inputs);

    /** Tells the operands what they learn from the loss, which has handed its gradient back. */
    void learn();

    /** By {@link FusedPass} where kernels are there for this machine and device, by LibTorch's autograd elsewhere. */
    static LearningPass of(Graph graph, TrainedOperands operands) {
        return FusedPass.available(operands.device()) ? new FusedPass(graph, operands) : byAutograd(graph, operands);
    }

    /** By LibTorch's autograd. */
    static LearningPass byAutograd(Graph graph, TrainedOperands operands) {
        return new LearningPass() {
            @Override
            public Tensor run(List<Tensor> inputs) {
                return new ForwardPass(graph, operands, Normalization.batch()).run(inputs);
            }

            @Override
            public void learn() {
                // the leaves have it
            }
        };
    }
}
