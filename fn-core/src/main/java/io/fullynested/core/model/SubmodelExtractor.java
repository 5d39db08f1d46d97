package io.fullynested.core.model;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
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
        for (Node node : graph.nodes()) {
            if (graph.foldsInto(node).isPresent()) {
                Node before = graph.input(node, 0);
                fold(before, (BatchNorm) node.operator(), grids.get(before.inputs().get(0)));
            } else {
                node.operator().mapParameters(weight -> constant(node.name(), weight), (role, slice) -> {
                    tensors.put(node.name() + "/" + role.id(), model.parameters().value(slice));
                    return slice;
                });
            }
        }
        return new Model(GraphPasses.standalone(graph), Parameters.constants(tensors, codes));
    }

    private Weight constant(String name, Weight weight) {
        String parameter = name + "/weight";
        if (weight.quantized()) {
            codes.put(parameter, model.parameters().quantized(weight));
        } else {
            tensors.put(parameter, model.parameters().value(weight));
        }
        return weight;
    }

    private void fold(Node before, BatchNorm norm, Optional<SignalGrid> input) {
        Layer layer = before.operator().layer().orElseThrow();
        String shift = before.name() + "/bias";
        float[] gamma = model.parameters().value(norm.gamma()).data();
        float[] beta = model.parameters().value(norm.beta()).data();
        float[] mean = model.parameters().value(norm.mean()).data();
        float[] variance = model.parameters().value(norm.variance()).data();
        float[] old = layer.bias().map(slice -> tensors.get(shift).data()).orElse(new float[gamma.length]);
        double[] factor = new double[gamma.length];
        float[] bias = new float[gamma.length];
        for (int c = 0; c < factor.length; c++) {
            factor[c] = gamma[c] / Math.sqrt(variance[c] + norm.epsilon());
            bias[c] = (float) (beta[c] + factor[c] * (old[c] - mean[c]));
        }
        scale(before.name() + "/weight", layer.weight().quantized(), factor, bias, input);
        tensors.put(shift, Tensor.vector(bias));
    }

    private void scale(String name, boolean quantized, double[] factor, float[] bias, Optional<SignalGrid> input) {
        if (quantized) {
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
