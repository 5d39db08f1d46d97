package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.task.Objective;
import io.fullynested.core.task.ClassObjective;
import io.fullynested.core.task.OutputsObjective;
import io.fullynested.core.tensor.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/** What training minimises. */
interface Loss {

    /**
     * What the loss of a training falls from and to.
     *
     * @param blind of one and the same answer to all images; no number if it is unknown
     * @param least of answers that could not be better; above 0 where labels are smoothed
     */
    record Span(double blind, double least) {

        static final Span UNKNOWN = new Span(Double.NaN, 0);

        /** How much of it a loss has not fallen yet: 1 where nothing is learnt. */
        double left(double loss) {
            return (loss - least) / (blind - least);
        }
    }

    /** Images that one and the same answer is tried on, and how many at once. */
    int BLIND = 2000;
    int BLIND_BATCH = 100;

    /**
     * Computes the mean loss over some images, and hands its gradient back to all that the outputs were computed of.
     *
     * @param outputs {@code [n, …]}
     * @param targets of the n images, one after the other
     * @param mixed   what the images were mixed with, of classes only; empty for nothing
     * @param teacher its outputs, for distillation
     * @return the loss; the gradient is of no use if it is no finite number
     */
    float backward(Tensor outputs, float[] targets, Optional<Mixed> mixed, Optional<float[]> teacher);

    /** What an objective wants to be minimised. Cross-entropies have a kernel in LibTorch, with distillation and smoothing; others are computed in Java. */
    static Loss of(Objective objective, TrainingOptions options) {
        if (objective instanceof OutputsObjective several && several.only().isPresent()) {
            OutputsObjective.Part part = several.only().get();
            return new OfOutput(of(part.objective().orElseThrow(), options), part.from(), part.to());
        }
        return objective instanceof ClassObjective classes ? new CrossEntropy(options.distillation(), options.labelSmoothing(), weights(classes))
                : new InJava(objective);
    }

    /** What it falls from and to on some of the images; {@link Span#UNKNOWN} if nobody knows the best answer for one who sees none. */
    static Span span(Objective objective, TrainingOptions options, Dataset images) {
        return objective.blind().map(blind -> new Span(mean(objective, options, images, target -> blind), objective instanceof ClassObjective && options.labelSmoothing() > 0
                ? mean(objective, options, images, target -> smoothed((int) target, blind.length, options.labelSmoothing())) : 0)).orElse(Span.UNKNOWN);
    }

    /** The logits of a class whose label is smoothed, which no others have a lower loss than. */
    private static float[] smoothed(int label, int classes, double smoothing) {
        float[] logits = new float[classes];
        Arrays.fill(logits, (float) Math.log(smoothing / classes));
        logits[label] = (float) Math.log(1 - smoothing + smoothing / classes);
        return logits;
    }

    /** @param answers by the first number of the target */
    private static double mean(Objective objective, TrainingOptions options, Dataset images, DoubleFunction<float[]> answers) {
        Loss loss = of(objective, options);
        int count = Math.min(images.size(), BLIND);
        int numbers = images.target().size();
        double sum = 0;
        for (int from = 0; from < count; from += BLIND_BATCH) {
            int n = Math.min(BLIND_BATCH, count - from);
            float[] targets = new float[n * numbers];
            List<float[]> rows = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                // spread over all, which may be sorted
                images.readTarget((int) ((long) (from + i) * images.size() / count), targets, i * numbers);
                rows.add(answers.apply(targets[i * numbers]));
            }
            int size = rows.get(0).length;
            float[] all = new float[n * size];
            IntStream.range(0, n).forEach(i -> System.arraycopy(rows.get(i), 0, all, i * size, size));
            try (Tensor outputs = LibTorch.tensor(all, n, size)) {
                sum += n * loss.backward(outputs.set_requires_grad(true), targets, Optional.empty(), Optional.empty());
            }
        }
        return sum / count;
    }

    /** Whether it can take distillation and smoothing. */
    static boolean isOfClasses(Objective objective) {
        return objective instanceof ClassObjective || objective instanceof OutputsObjective several
                && several.only().flatMap(OutputsObjective.Part::objective).filter(ClassObjective.class::isInstance).isPresent();
    }

    /** Nothing if all classes count the same. */
    private static float[] weights(ClassObjective objective) {
        double[] weights = objective.weights();
        float[] singles = new float[weights.length];
        IntStream.range(0, weights.length).forEach(c -> singles[c] = (float) weights[c]);
        return Arrays.stream(weights).allMatch(weight -> weight == 1) ? new float[0] : singles;
    }

    /**
     * Of classes.
     *
     * @param weights what the loss of an image is multiplied by, by its class; empty for 1
     */
    record CrossEntropy(Distillation distillation, double smoothing, float[] weights) implements Loss {

        @Override
        public float backward(Tensor outputs, float[] targets, Optional<Mixed> mixed, Optional<float[]> teacher) {
            Tensor error = distillation.loss(outputs, labels(targets), smoothing, weights, mixed, teacher);
            // only then is it waited for what a GPU has to compute
            error.backward();
            return error.item_float();
        }

        /** Classes, as whole numbers. */
        static int[] labels(float[] targets) {
            return IntStream.range(0, targets.length).map(i -> (int) targets[i]).toArray();
        }
    }

    /**
     * Of one output among several.
     *
     * @param from where it starts in an answer
     * @param to   where it ends
     */
    record OfOutput(Loss loss, int from, int to) implements Loss {

        @Override
        public float backward(Tensor outputs, float[] targets, Optional<Mixed> mixed, Optional<float[]> teacher) {
            int n = (int) outputs.size(0);
            return loss.backward(outputs.narrow(1, from, to - from), targets, mixed,
                    teacher.map(all -> Samples.numbers(all, 0, n, all.length / n, from, to - from)));
        }
    }

    /** Of whatever an objective says. */
    record InJava(Objective objective) implements Loss {

        @Override
        public float backward(Tensor outputs, float[] targets, Optional<Mixed> mixed, Optional<float[]> teacher) {
            float[] all = LibTorch.floats(outputs);
            int n = (int) outputs.size(0);
            int size = all.length / n;
            int numbers = targets.length / n;
            float[] gradients = new float[all.length];
            float[] gradient = new float[size];
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += objective.loss(Arrays.copyOfRange(all, i * size, (i + 1) * size), Arrays.copyOfRange(targets, i * numbers, (i + 1) * numbers),
                        gradient);
                for (int k = 0; k < size; k++) {
                    gradients[i * size + k] = gradient[k] / n;
                }
            }
            outputs.backward(TorchDevice.beside(outputs, LibTorch.tensor(gradients, LibTorch.shape(outputs))), new BoolOptional(), false, new TensorArrayRefOptional());
            return (float) (sum / n);
        }
    }
}
