package io.fullynested.hardware;

import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;

/**
 * Additions, multiplications and comparisons for one image, of whatever numbers: two for each multiply-accumulate (as Molchanov et al.,
 * ICLR 2017, appendix A.1, count them), one for each pixel and bias, one for each result of a sum, a product or an activation function,
 * one for each pixel under a pooling window, two for a normalised pixel. Rounding is not counted, softmax with three for each class.
 */
public record Flops() implements NodeCostModel {

    @Override
    public String unit() {
        return "FLOPs";
    }

    @Override
    public double cost(Graph graph, Node node) {
        Operator operator = node.operator();
        double results = node.shape().elements();
        double pixels = (double) node.shape().height() * node.shape().width();
        if (operator instanceof Operator.Add || operator instanceof Operator.Multiply || operator instanceof Operator.Activate) {
            return results;
        } else if (operator instanceof Operator.MaxPool pool) {
            return results * pool.window().kernel() * pool.window().kernel();
        } else if (operator instanceof Operator.AveragePool pool) {
            return results * pool.window().kernel() * pool.window().kernel();
        } else if (operator instanceof Operator.GlobalAveragePool) {
            return graph.input(node, 0).shape().elements();
        } else if (operator instanceof Operator.Normalize) {
            return 2 * results;
        } else if (operator instanceof Operator.Softmax) {
            return 3 * results;
        }
        return 2 * Layers.macs(node) + pixels * Layers.shifts(graph, node);
    }
}
