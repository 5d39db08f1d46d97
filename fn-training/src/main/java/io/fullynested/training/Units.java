package io.fullynested.training;

import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.task.Moments;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.pytorch.Scalar;

/**
 * The units that a network learns quantities in. Its last layer gives them less their mean, in powers of two near their deviations, which
 * rescale weights exactly; so whatever the unit of the data, it begins as an untrained network should, with the codes of its weights the
 * same. Outside of training the layer gives the quantities themselves.
 */
final class Units {

    /** Outputs are learnt as they are. */
    static final Units NONE = new Units("", "", new float[0], new float[0]);

    private final String weight;
    private final String bias;
    private final float[] zero;
    private final float[] one;

    /**
     * Those of the last layer.
     *
     * @param weight name of its weights
     * @param bias   name of its biases
     * @param zero   what each output is when the layer learns 0
     * @param one    how much more when it learns 1
     */
    private Units(String weight, String bias, float[] zero, float[] one) {
        this.weight = weight;
        this.bias = bias;
        this.zero = zero;
        this.one = one;
    }

    /**
     * Those of quantities, or none.
     *
     * @throws IllegalArgumentException if the network's last layer cannot be rescaled
     */
    static Units of(Supernet net, Optional<Moments> moments) {
        if (moments.isEmpty()) {
            return NONE;
        }
        Node last = net.compile(net.axes().full()).output();
        Layer layer = last.operator().layer().filter(one -> one.bias().isPresent()).orElseThrow(() -> new IllegalArgumentException(
                "Quantities need a network that ends in a layer with biases, not in " + last.name() + ". Maybe add a linear block?"));
        float[] zero = new float[moments.get().mean().length];
        float[] one = new float[zero.length];
        for (int k = 0; k < zero.length; k++) {
            zero[k] = (float) moments.get().mean()[k];
            one[k] = Math.scalb(1f, (int) Math.round(Math.log(moments.get().deviation()[k]) / Math.log(2)));
        }
        return new Units(layer.weight().slice().parameter(), layer.bias().get().parameter(), zero, one);
    }

    /** The outputs themselves, from what the last layer learns: {@code [n, outputs]}. */
    org.bytedeco.pytorch.Tensor own(org.bytedeco.pytorch.Tensor learnt) {
        return this == NONE ? learnt : learnt.mul(LibTorch.tensor(one, one.length)).add(LibTorch.tensor(zero, zero.length), new Scalar(1));
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
        moved.computeIfPresent(weight, (name, tensor) -> moved(tensor, weights));
        moved.computeIfPresent(bias, (name, tensor) -> moved(tensor, biases));
        return moved;
    }

    private Tensor moved(Tensor tensor, Change change) {
        float[] numbers = tensor.data().clone();
        int row = numbers.length / one.length;
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = change.of(i / row, numbers[i]);
        }
        return new Tensor(tensor.shape(), numbers);
    }
}
