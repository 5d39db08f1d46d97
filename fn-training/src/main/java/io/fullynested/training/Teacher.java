package io.fullynested.training;

import io.fullynested.core.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** A trained network that does not change. It is asked once for each image and its answers kept, unless images are augmented. */
final class Teacher {

    private final Model model;
    private final float[][] answers;

    /**
     * A teacher.
     *
     * @param model  extracted, so that it has no batch norms to recalibrate
     * @param images how many there are to learn from
     */
    Teacher(Model model, int images) {
        this.model = model;
        this.answers = new float[images][];
    }

    /**
     * Its logits for some images of a batch, row by row. Several threads may ask, each for images of its own.
     *
     * @param first  where they begin in the batch
     * @param inputs what goes into it of each, made within the scope that is open then
     */
    float[] logits(Batch batch, int first, Supplier<List<Tensor>> inputs) {
        if (batch.augmented()) {
            return compute(inputs);
        }
        int[] images = Arrays.copyOfRange(batch.images(), first, first + batch.batchSize());
        if (Arrays.stream(images).anyMatch(image -> answers[image] == null)) {
            float[] all = compute(inputs);
            int classes = all.length / images.length;
            for (int i = 0; i < images.length; i++) {
                answers[images[i]] = Arrays.copyOfRange(all, i * classes, (i + 1) * classes);
            }
            return all;
        }
        int classes = answers[images[0]].length;
        float[] all = new float[images.length * classes];
        for (int i = 0; i < images.length; i++) {
            System.arraycopy(answers[images[i]], 0, all, i * classes, classes);
        }
        return all;
    }

    @SuppressWarnings("try") // the scope and the guard work by being open
    private float[] compute(Supplier<List<Tensor>> inputs) {
        try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard(); FixedOperands operands = new FixedOperands(model.parameters())) {
            return LibTorch.floats(new ForwardPass(model.graph(), operands, Normalization.recalibrated()).run(inputs.get()));
        }
    }
}
