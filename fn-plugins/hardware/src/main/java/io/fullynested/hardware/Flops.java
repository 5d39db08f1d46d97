package io.fullynested.hardware;

import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.Attention;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.OperatorVisitor;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;
import io.fullynested.api.graph.Window;

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
        return node.operator().accept(new Counter(graph, node));
    }

    private record Counter(Graph graph, Node node) implements OperatorVisitor<Double> {

        private double results() {
            return node.shape().elements();
        }

        private double layer() {
            return 2.0 * graph.macs(node) + shifts();
        }

        private double shifts() {
            return (double) node.shape().positions() * Layers.shifts(graph, node);
        }

        private double window(Window window) {
            return results() * window.taps();
        }

        @Override
        public Double input(Input input) {
            return 0.0;
        }

        @Override
        public Double normalize(Normalize normalize) {
            return 2 * results();
        }

        @Override
        public Double convolution(Convolution convolution) {
            return layer();
        }

        @Override
        public Double dense(Dense dense) {
            return layer();
        }

        @Override
        public Double batchNorm(BatchNorm norm) {
            return shifts();
        }

        @Override
        public Double activate(Activate activate) {
            return results();
        }

        @Override
        public Double fakeQuantize(FakeQuantize quantize) {
            return 0.0;
        }

        @Override
        public Double add(Add add) {
            return results();
        }

        @Override
        public Double multiply(Multiply multiply) {
            return results();
        }

        @Override
        public Double concat(Concat concat) {
            return 0.0;
        }

        @Override
        public Double slice(Slice slice) {
            return 0.0;
        }

        @Override
        public Double permute(Permute permute) {
            return 0.0;
        }

        @Override
        public Double flatten(Flatten flatten) {
            return 0.0;
        }

        @Override
        public Double maxPool(MaxPool pool) {
            return window(pool.window());
        }

        @Override
        public Double averagePool(AveragePool pool) {
            return window(pool.window());
        }

        @Override
        public Double globalAveragePool(GlobalAveragePool pool) {
            // every number that goes in is added once
            return (double) graph.input(node, 0).shape().elements();
        }

        @Override
        public Double layerNorm(LayerNorm norm) {
            // mean, variance (three), and three to normalise, scale and shift
            return 7 * results();
        }

        @Override
        public Double resize(Resize resize) {
            return 0.0;
        }

        @Override
        public Double tokens(Tokens tokens) {
            return 0.0;
        }

        @Override
        public Double steps(Steps steps) {
            return 0.0;
        }

        @Override
        public Double positions(Positions positions) {
            return results();
        }

        @Override
        public Double attention(Attention attention) {
            // products and sums; each product is scaled, and three for its softmax
            double pairs = (double) attention.heads() * node.shape().width() * graph.input(node, 1).shape().width();
            return 2.0 * graph.macs(node) + 4 * pairs;
        }

        @Override
        public Double outputs(Outputs outputs) {
            return 0.0;
        }

        @Override
        public Double softmax(Softmax softmax) {
            return 3 * results();
        }
    }
}
