package io.fullynested.testkit;

import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The slope of a full network's mean cross-entropy, by central differences of what the reference interpreter computes. */
final class LossSlope {

    private static final float STEP = 3e-4f;

    private final RandomNetwork network;
    private final SplittableRandom random = new SplittableRandom(7);

    LossSlope(RandomNetwork network) {
        this.network = network;
    }

    /** Labels of the images, all classes in turn. */
    static int[] labels(RandomNetwork network) {
        return IntStream.range(0, network.images().shape()[0]).map(i -> i % network.net().output().channels()).toArray();
    }

    /** A random direction for a master to move in. */
    Tensor direction(String name) {
        Tensor direction = Tensor.zeros(network.masters().tensors().get(name).shape());
        for (int i = 0; i < direction.data().length; i++) {
            direction.data()[i] = random.nextBoolean() ? 1 : -1;
        }
        return direction;
    }

    /** How fast the loss grows when a master moves in a direction; empty where it bends, as behind a ReLU that is about to close. */
    OptionalDouble along(String name, Tensor direction) {
        double here = loss(name, direction, 0);
        double forward = (loss(name, direction, STEP) - here) / STEP;
        double backward = (here - loss(name, direction, -STEP)) / STEP;
        double slope = (forward + backward) / 2;
        return Math.abs(forward - backward) <= 2e-3 + 0.02 * Math.abs(slope) ? OptionalDouble.of(slope) : OptionalDouble.empty();
    }

    private double loss(String name, Tensor direction, float step) {
        Tensor at = network.masters().tensors().get(name);
        Tensor moved = Tensor.zeros(at.shape());
        for (int i = 0; i < moved.data().length; i++) {
            moved.data()[i] = at.data()[i] + step * direction.data()[i];
        }
        Map<String, Tensor> masters = new HashMap<>(network.masters().tensors());
        masters.put(name, moved);
        Tensor logits = Masking.run(new Model(network.net().compile(network.net().axes().full()),
                new Parameters(masters, network.net().spec().quantization().quantizer())), network.images());
        int[] labels = labels(network);
        int classes = network.net().output().channels();
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits.data()[i * classes + c]);
            }
            loss += (Math.log(sum) - logits.data()[i * classes + labels[i]]) / labels.length;
        }
        return loss;
    }

    /** The sum of the products of two tensors' numbers. */
    static double product(Tensor a, Tensor b) {
        double sum = 0;
        for (int i = 0; i < a.data().length; i++) {
            sum += (double) a.data()[i] * b.data()[i];
        }
        return sum;
    }
}
