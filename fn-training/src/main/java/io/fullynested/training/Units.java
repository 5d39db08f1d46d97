package io.fullynested.training;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.task.Moments;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;

/**
 * The units that a network learns quantities in. The layer that gives them, the last or that of each output, gives them less their mean, in
 * powers of two near their deviations, which rescale weights exactly; so whatever the unit of the data, it begins as an untrained network
 * should, with the codes of its weights the same. Outside of training the layer gives the quantities themselves.
 */
final class Units {

    /** Outputs are learnt as they are. */
    static final Units NONE = new Units(List.of(), new float[0], new float[0]);

    private final List<Rescaled> layers;
    private final float[] zero;
    private final float[] one;

    /**
     * A layer that gives quantities.
     *
     * @param weight name of its weights
     * @param bias   name of its biases
     * @param first  the first of them in an answer
     */
    private record Rescaled(String weight, String bias, int first) {
    }

    /**
     * Those of some layers.
     *
     * @param zero what each output is when its layer learns 0
     * @param one  how much more when it learns 1
     */
    private Units(List<Rescaled> layers, float[] zero, float[] one) {
        this.layers = layers;
        this.zero = zero;
        this.one = one;
    }

    /**
     * Those of quantities, or none.
     *
     * @throws IllegalArgumentException if a layer that gives quantities cannot be rescaled
     */
    static Units of(Supernet net, Optional<Moments> moments) {
        if (moments.isEmpty()) {
            return NONE;
        }
        float[] zero = new float[moments.get().mean().length];
        float[] one = new float[zero.length];
        for (int k = 0; k < zero.length; k++) {
            zero[k] = (float) moments.get().mean()[k];
            one[k] = Math.scalb(1f, (int) Math.round(Math.log(moments.get().deviation()[k]) / Math.log(2)));
        }
        List<Rescaled> layers = new ArrayList<>();
        Graph graph = net.compile(net.axes().full());
        int first = 0;
        for (Node output : graph.outputs()) {
            int next = first + output.shape().elements();
            if (IntStream.range(first, next).anyMatch(k -> moments.get().mean()[k] != 0 || moments.get().deviation()[k] != 1)) {
                Layer layer = rescalable(graph, output);
                layers.add(new Rescaled(layer.weight().slice().parameter(), layer.bias().orElseThrow().parameter(), first));
            }
            first = next;
        }
        return new Units(layers, zero, one);
    }

    private static Layer rescalable(Graph graph, Node output) {
        Layer layer = output.operator().layer().filter(one -> one.bias().isPresent()).orElseThrow(() -> new IllegalArgumentException(
                "Quantities need a network that ends in a layer with biases, not in " + output.name() + ". Maybe add a linear block?"));
        // whoever takes quantities would see them in another unit after training
        if (graph.uses()[graph.nodes().indexOf(output)] > Math.min(1, graph.outputs().size() - 1)) {
            throw new IllegalArgumentException("Quantities come out of a layer that nothing else takes, but there is more behind " + output.name()
                    + ". Maybe a linear block of its own for them?");
        }
        return layer;
    }

    /** The outputs themselves, from what the last layer learns: {@code [n, outputs]}. */
    org.bytedeco.pytorch.Tensor own(org.bytedeco.pytorch.Tensor learnt) {
        return this == NONE ? learnt : learnt.mul(TorchDevice.beside(learnt, LibTorch.tensor(one, one.length)))
                .add(TorchDevice.beside(learnt, LibTorch.tensor(zero, zero.length)), new Scalar(1));
    }

    /** Masters of a layer that gives the outputs themselves, from those that learn. */
    Map<String, Tensor> own(Map<String, Tensor> learnt) {
        return moved(learnt, (k, weight) -> weight * one[k], (k, bias) -> bias * one[k] + zero[k]);
    }

    /** The way back. */
    Map<String, Tensor> learnt(Map<String, Tensor> own) {
        return moved(own, (k, weight) -> weight / one[k], (k, bias) -> (bias - zero[k]) / one[k]);
    }

    private interface Change {
        float of(int output, float number);
    }

    private Map<String, Tensor> moved(Map<String, Tensor> masters, Change weights, Change biases) {
        if (this == NONE) {
            return masters;
        }
        Map<String, Tensor> moved = new TreeMap<>(masters);
        for (Rescaled layer : layers) {
            moved.computeIfPresent(layer.weight(), (name, tensor) -> moved(tensor, layer.first(), weights));
            moved.computeIfPresent(layer.bias(), (name, tensor) -> moved(tensor, layer.first(), biases));
        }
        return moved;
    }

    private static Tensor moved(Tensor tensor, int first, Change change) {
        float[] numbers = tensor.data().clone();
        int row = numbers.length / tensor.shape()[0];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = change.of(first + i / row, numbers[i]);
        }
        return new Tensor(tensor.shape(), numbers);
    }
}
