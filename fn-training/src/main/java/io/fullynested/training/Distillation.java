package io.fullynested.training;

import io.fullynested.api.plugin.Option;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What submodels learn from beside the labels: the outputs of a larger network. With the weight w, the temperature T, labels y, and
 * logits t of the teacher and z of the submodel, the loss is {@code (1 − w) · H(y, σ(z)) + w · T² · H(σ(t / T), σ(z / T))}, σ the softmax
 * and H the cross-entropy (Hinton et al., Distilling the knowledge in a neural network, 2015, section 2). No gradient goes through t.
 * Recursively, each number of bits learns from the next larger one (Yu et al., Any-Precision deep neural networks, AAAI 2021).
 */
public record Distillation(
        @Option(value = "none; the full network of the same step, which itself learns from the labels; of each submodel but the full network the next "
                + "larger one of the step; or a trained network",
                byDefault = "none") From from,
        @Option(value = "share of the teacher in the loss, the rest being that of the labels", byDefault = "1", min = 0, max = 1) double weight,
        @Option(value = "what logits are divided by before the softmax", byDefault = "1", min = 0.01) double temperature,
        @Option(value = "share of the training before it begins", byDefault = "0", min = 0, max = 1) double start,
        @Option("checkpoint of the trained network") Optional<Path> teacher) {

    static final Distillation NONE = new Distillation(From.NONE, 1, 1, 0, Optional.empty());

    /** Who teaches. */
    public enum From {
        /** The labels alone. */
        NONE,
        /** The full network of the same step (Yu and Huang, US-Nets, ICCV 2019, in-place distillation). */
        IN_PLACE,
        /** The submodel before it in the step, the next larger one, which learns from the one before it; the full network learns from the labels. */
        RECURSIVE,
        /** A trained network that does not change. */
        TEACHER
    }

    /** @throws IllegalArgumentException if there is a checkpoint and no use for it, or the other way round */
    public Distillation {
        if (teacher.isPresent() != (from == From.TEACHER)) {
            throw new IllegalArgumentException(from == From.TEACHER ? "from: teacher needs a checkpoint, teacher: FILE"
                    : "there is a teacher, " + teacher.get() + ", but it is not used. Maybe from: teacher?");
        }
    }

    /** Whether it acts when a share of the training is done. */
    boolean acts(double progress) {
        return from != From.NONE && progress >= start;
    }

    /**
     * The loss of a submodel, the mean over its images.
     *
     * @param logits    {@code [n, classes]}
     * @param labels    n labels
     * @param smoothing share of the labels that is spread over all classes
     * @param weights   what the loss by a label is multiplied by; empty for 1
     * @param mixed     what the images were mixed with; empty for nothing
     * @param teacher   its logits {@code [n, classes]}, row by row; empty for the labels alone
     */
    Tensor loss(Tensor logits, int[] labels, double smoothing, float[] weights, Optional<Mixed> mixed, Optional<float[]> teacher) {
        if (teacher.isEmpty()) {
            return byLabels(logits, labels, smoothing, weights, mixed);
        }
        Tensor targets = torch.softmax(beside(logits, teacher.get(), LibTorch.shape(logits)).div(new Scalar(temperature)), 1);
        Tensor soft = crossEntropy(logits.div(new Scalar(temperature)), targets, 0).mul(new Scalar(weight * temperature * temperature));
        return weight == 1 ? soft
                : soft.add(byLabels(logits, labels, smoothing, weights, mixed), new Scalar(1 - weight));
    }

    private static Tensor byLabels(Tensor logits, int[] labels, double smoothing, float[] weights, Optional<Mixed> mixed) {
        if (mixed.isPresent()) {
            float[] own = mixed.get().shares();
            return each(logits, labels, smoothing, weights).mul(beside(logits, own, own.length))
                    .add(each(logits, Loss.CrossEntropy.labels(mixed.get().targets()), smoothing, weights).mul(beside(logits, mixed.get().rest(), own.length))).mean();
        }
        return weights.length == 0 ? crossEntropy(logits, TorchDevice.beside(logits, Tensor.create(LibTorch.longs(labels))), smoothing)
                : each(logits, labels, smoothing, weights).mean();
    }

    /** One for each image. */
    private static Tensor each(Tensor logits, int[] labels, double smoothing, float[] weights) {
        Tensor targets = TorchDevice.beside(logits, Tensor.create(LibTorch.longs(labels)));
        Tensor each = torch.cross_entropy_loss(logits, targets, new TensorOptional(), 0 /* one for each */, -100, smoothing);
        // not by the kernel's own weights, which divide by the sum of those in the batch: a rare class would count as much as a batch of others
        return weights.length == 0 ? each : each.mul(beside(logits, weights, weights.length).index_select(0, targets));
    }

    private static Tensor beside(Tensor logits, float[] numbers, int... shape) {
        return TorchDevice.beside(logits, LibTorch.tensor(numbers, shape));
    }

    private static Tensor crossEntropy(Tensor logits, Tensor targets, double smoothing) {
        return torch.cross_entropy_loss(logits, targets, new TensorOptional(), 1 /* mean */, -100, smoothing);
    }
}
