package io.fullynested.hardware;

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
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;

/**
 * What beside its kind and extents decides how long a runtime takes for an operator: {@code  3/2 codes groups 4}.
 *
 * @param before the node whose result it takes first
 */
record Details(Graph graph, Node before) implements OperatorVisitor<String> {

    private String codes() {
        return Layers.signalBits(graph, before) < Weight.FLOAT ? " codes" : " float";
    }

    /** A runtime merges it into some of those before it. */
    private String after() {
        return " after " + before.operator().getClass().getSimpleName();
    }

    private static String window(Window window) {
        return window.square() ? side(window.rows()) : side(window.rows()) + " x" + side(window.columns());
    }

    private static String side(Window.Side side) {
        return " " + side.kernel() + "/" + side.stride() + (side.dilation() > 1 ? " dilated " + side.dilation() : "");
    }

    @Override
    public String input(Input input) {
        return codes();
    }

    @Override
    public String normalize(Normalize normalize) {
        return codes();
    }

    @Override
    public String convolution(Convolution convolution) {
        return window(convolution.window()) + codes() + (convolution.weight().quantized() ? "" : " weights")
                + (convolution.groups() > 1 ? " groups " + convolution.groups() : "");
    }

    @Override
    public String dense(Dense dense) {
        return codes();
    }

    @Override
    public String batchNorm(BatchNorm norm) {
        return after();
    }

    @Override
    public String activate(Activate activate) {
        return " " + activate.function() + codes() + after();
    }

    @Override
    public String fakeQuantize(FakeQuantize quantize) {
        return " " + quantize.bits() + after();
    }

    @Override
    public String add(Add add) {
        return codes();
    }

    @Override
    public String multiply(Multiply multiply) {
        return codes();
    }

    @Override
    public String concat(Concat concat) {
        return codes();
    }

    @Override
    public String slice(Slice slice) {
        return codes();
    }

    @Override
    public String permute(Permute permute) {
        return codes();
    }

    @Override
    public String flatten(Flatten flatten) {
        return codes();
    }

    @Override
    public String maxPool(MaxPool pool) {
        return window(pool.window()) + codes();
    }

    @Override
    public String averagePool(AveragePool pool) {
        return window(pool.window()) + codes();
    }

    @Override
    public String globalAveragePool(GlobalAveragePool pool) {
        return codes();
    }

    @Override
    public String layerNorm(LayerNorm norm) {
        return codes();
    }

    @Override
    public String resize(Resize resize) {
        return " " + resize.rows() + "x" + resize.columns() + codes();
    }

    @Override
    public String tokens(Tokens tokens) {
        return codes();
    }

    @Override
    public String steps(Steps steps) {
        return codes();
    }

    @Override
    public String positions(Positions positions) {
        return codes();
    }

    @Override
    public String attention(Attention attention) {
        return " heads " + attention.heads() + codes();
    }

    @Override
    public String outputs(Outputs outputs) {
        return "";
    }

    @Override
    public String softmax(Softmax softmax) {
        return codes();
    }
}
