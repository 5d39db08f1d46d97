package io.fullynested.training;

import io.fullynested.api.graph.Graph;
import io.fullynested.core.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A trained network that does not change. It is asked once for each image and its answers kept, 128 MiB of them at most, those of the first
 * images; it is asked each time about others, and where images are augmented.
 */
final class Teacher implements AutoCloseable {

    private static final long KEPT_NUMBERS = 1 << 25;

    private final Graph graph;
    private final FixedOperands operands;
    private final AtomicReferenceArray<float[]> answers;

    /**
     * A teacher.
     *
     * @param model  extracted, so that it has no batch norms to recalibrate
     * @param device where it is computed
     * @param images how many there are to learn from
     */
    Teacher(Model model, TorchDevice device, int images) {
        this(model, device, images, KEPT_NUMBERS);
    }

    /** @param kept how many numbers are kept at most */
    Teacher(Model model, TorchDevice device, int images, long kept) {
        this.graph = model.graph();
        this.operands = new FixedOperands(graph, model.parameters(), device);
        this.answers = new AtomicReferenceArray<>((int) Math.min(images, kept / graph.output().shape().elements()));
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
        if (Arrays.stream(images).anyMatch(image -> image >= answers.length() || answers.get(image) == null)) {
            float[] all = compute(inputs);
            int numbers = all.length / images.length;
            for (int i = 0; i < images.length; i++) {
                if (images[i] < answers.length()) {
                    answers.set(images[i], Arrays.copyOfRange(all, i * numbers, (i + 1) * numbers));
                }
            }
            return all;
        }
        int numbers = answers.get(images[0]).length;
        float[] all = new float[images.length * numbers];
        for (int i = 0; i < images.length; i++) {
            System.arraycopy(answers.get(images[i]), 0, all, i * numbers, numbers);
        }
        return all;
    }

    @SuppressWarnings("try") // the scope and the guard work by being open
    private float[] compute(Supplier<List<Tensor>> inputs) {
        try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
            return LibTorch.floats(new ForwardPass(graph, operands, Normalization.recalibrated()).run(inputs.get()));
        }
    }

    @Override
    public void close() {
        operands.close();
    }
}
