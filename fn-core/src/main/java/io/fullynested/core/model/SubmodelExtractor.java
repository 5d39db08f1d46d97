package io.fullynested.core.model;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Cuts a submodel out of its supernet: copies what it keeps of the masters, quantises weights for good, and folds each batch norm
 * into the convolution or dense layer before it. With {@code f = gamma / √(variance + epsilon)}, the layer's weights become
 * {@code f · w} and its bias {@code beta − f · mean + f · bias} (Jacob et al., CVPR 2018, section 3.2). The codes of quantised
 * weights stay the same (negated where f is negative); only their steps change.
 */
public final class SubmodelExtractor {

    /** The least step of weights that are not taken as zero, whatever the bias. */
    private static final float SMALLEST_STEP = 1e-12f;

    private final Model model;
    private final List<Optional<SignalGrid>> grids;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> tensors = new TreeMap<>();
    private final Map<String, QuantizedTensor> codes = new TreeMap<>();

    private SubmodelExtractor(Model model) {
        this.model = model;
        this.grids = SignalGrid.all(model);
    }

    /**
     * Extracts a submodel.
     *
     * @param model a compiled graph over the masters, with the statistics of its recalibration
     * @return a model of constants that shares nothing with the masters
     * @throws IllegalStateException if it was not recalibrated
     */
    public static Model extract(Model model) {
        return new SubmodelExtractor(model).run();
    }

    private Model run() {
        Graph graph = model.graph();
        int[] moved = new int[graph.nodes().size()];
        for (int i = 0; i < moved.length; i++) {
            Node node = graph.node(i);
            if (graph.foldsInto(node).isPresent()) {
                moved[i] = moved[node.inputs().get(0)];
                nodes.set(moved[i], fold(nodes.get(moved[i]), (BatchNorm) node.operator(), grids.get(graph.input(node, 0).inputs().get(0))));
            } else {
                moved[i] = nodes.size();
                Operator constant = constant(node.name(), node.operator());
                nodes.add(GraphPasses.moveInputs(new Node(node.name(), constant, node.inputs(), node.shape()), moved));
            }
        }
        return new Model(new Graph(nodes), Parameters.constants(tensors, codes));
    }

    private Operator constant(String name, Operator operator) {
        return operator.mapParameters(weight -> constant(name, weight), (role, slice) -> constant(name + "/" + role.id(), slice));
    }

    private Weight constant(String name, Weight weight) {
        String parameter = name + "/weight";
        if (weight.quantized()) {
            codes.put(parameter, model.parameters().quantized(weight));
        } else {
            tensors.put(parameter, model.parameters().value(weight));
        }
        return new Weight(ParameterSlice.whole(parameter, weight.slice().shape()), weight.bits());
    }

    private ParameterSlice constant(String name, ParameterSlice slice) {
        return put(name, model.parameters().value(slice));
    }

    private ParameterSlice put(String name, Tensor tensor) {
        tensors.put(name, tensor);
        return ParameterSlice.whole(name, tensor.shape());
    }

    private Node fold(Node before, BatchNorm norm, Optional<SignalGrid> input) {
        Layer layer = before.operator().layer().orElseThrow();
        float[] gamma = model.parameters().value(norm.gamma()).data();
        float[] beta = model.parameters().value(norm.beta()).data();
        float[] mean = model.parameters().value(norm.mean()).data();
        float[] variance = model.parameters().value(norm.variance()).data();
        float[] old = layer.bias().map(slice -> tensors.get(slice.parameter()).data()).orElse(new float[gamma.length]);
        double[] factor = new double[gamma.length];
        float[] bias = new float[gamma.length];
        for (int c = 0; c < factor.length; c++) {
            factor[c] = gamma[c] / Math.sqrt(variance[c] + norm.epsilon());
            bias[c] = (float) (beta[c] + factor[c] * (old[c] - mean[c]));
        }
        scale(layer.weight(), factor, bias, input);
        ParameterSlice shift = put(before.name() + "/bias", Tensor.vector(bias));
        return new Node(before.name(), layer.with(layer.weight(), Optional.of(shift)), before.inputs(), before.shape());
    }

    private void scale(Weight weight, double[] factor, float[] bias, Optional<SignalGrid> input) {
        String name = weight.slice().parameter();
        if (weight.quantized()) {
            codes.computeIfPresent(name, (n, tensor) -> scale(tensor, factor, bias, input));
        } else {
            Tensor tensor = tensors.get(name);
            int row = tensor.data().length / factor.length;
            float[] scaled = new float[tensor.data().length];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = (float) (tensor.data()[i] * factor[i / row]);
            }
            tensors.put(name, new Tensor(tensor.shape(), scaled));
        }
    }

    private static QuantizedTensor scale(QuantizedTensor tensor, double[] factor, float[] bias, Optional<SignalGrid> input) {
        byte[] integers = tensor.integers().clone();
        float[] steps = new float[factor.length];
        int row = integers.length / steps.length;
        for (int c = 0; c < steps.length; c++) {
            steps[c] = (float) (tensor.steps()[c] * Math.abs(factor[c]));
            int sign = factor[c] < 0 ? -1 : 1;
            float forBias = bias[c];
            float smallest = Math.max(SMALLEST_STEP, input.map(grid -> IntegerBias.smallestStep(forBias, row, grid)).orElse(0f));
            if (steps[c] < smallest) {
                // a gamma near zero; the bias would overflow in units of such a step, and any step reads zeros as zeros
                sign = 0;
                steps[c] = smallest;
            }
            for (int i = c * row; i < (c + 1) * row; i++) {
                integers[i] *= (byte) sign;
            }
        }
        return new QuantizedTensor(tensor.shape(), tensor.bits(), integers, steps);
    }
}
