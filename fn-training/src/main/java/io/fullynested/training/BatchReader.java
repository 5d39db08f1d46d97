package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.SplittableRandom;

/**
 * Reads what is learnt from in each step: a batch for each submodel, one after the other. The images are shuffled anew each epoch and
 * augmented; what is read is a function of the seed and the step.
 */
final class BatchReader {

    private final Dataset images;
    private final Augmentation augmentation;
    private final Randomness randomness;
    private final int batchSize;
    private final int size;
    private final int[] order;
    private long shuffled = -1;
    private final float[] original;
    private final float[] pixels;
    private final int[] labels;
    private final int[] read;

    /** @throws IllegalArgumentException if there are not two images for each submodel */
    BatchReader(Dataset images, int batchSize, int submodels, Augmentation augmentation, Randomness randomness) {
        this.images = images;
        this.augmentation = augmentation;
        this.randomness = randomness;
        this.batchSize = Math.min(batchSize, images.size() / submodels);
        this.size = this.batchSize * submodels;
        if (this.batchSize < 2) {
            throw new IllegalArgumentException("A step of " + submodels + " submodels needs at least " + 2 * submodels + " images, not "
                    + images.size());
        }
        this.order = new int[images.size()];
        this.original = new float[images.shape().elements()];
        this.pixels = new float[size * original.length];
        this.labels = new int[size];
        this.read = new int[size];
    }

    /** Whole steps of an epoch; what is left over changes with every shuffle. */
    int stepsPerEpoch() {
        return images.size() / size;
    }

    /** Images of a step. */
    int size() {
        return size;
    }

    /** Images of one submodel. */
    int batchSize() {
        return batchSize;
    }

    /** {@code [size, C, H, W]} of the step last read; overwritten by the next. */
    float[] pixels() {
        return pixels;
    }

    /** The labels of the step last read; overwritten by the next. */
    int[] labels() {
        return labels;
    }

    /** Which images of the data the step last read has; overwritten by the next. */
    int[] images() {
        return read;
    }

    /** Whether an image is another one each time it is read. */
    boolean augments() {
        return augmentation.shift() > 0 || augmentation.flip();
    }

    /** Reads the images of a step. */
    void read(long step) {
        shuffle(step / stepsPerEpoch());
        int first = (int) (step % stepsPerEpoch()) * size;
        SplittableRandom random = randomness.at("augmentation", step);
        boolean augments = augments();
        for (int i = 0; i < size; i++) {
            int index = order[first + i];
            read[i] = index;
            labels[i] = images.label(index);
            if (augments) {
                images.read(index, original, 0);
                augment(random, i * original.length);
            } else {
                images.read(index, pixels, i * original.length);
            }
        }
    }

    private void shuffle(long epoch) {
        if (epoch == shuffled) {
            return;
        }
        SplittableRandom random = randomness.at("shuffle", epoch);
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        shuffled = epoch;
    }

    private void augment(SplittableRandom random, int target) {
        int shift = augmentation.shift();
        int down = random.nextInt(2 * shift + 1) - shift;
        int right = random.nextInt(2 * shift + 1) - shift;
        boolean flip = augmentation.flip() && random.nextBoolean();
        int height = images.shape().height();
        int width = images.shape().width();
        int next = target;
        for (int c = 0; c < images.shape().channels(); c++) {
            for (int y = 0; y < height; y++) {
                int row = y - down;
                for (int x = 0; x < width; x++) {
                    int column = (flip ? width - 1 - x : x) - right;
                    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
                    pixels[next++] = inside ? original[(c * height + row) * width + column] : 0;
                }
            }
        }
    }
}
