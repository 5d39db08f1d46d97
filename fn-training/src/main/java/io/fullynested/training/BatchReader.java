package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.SplittableRandom;

/** Reads the batches of a training, shuffled anew each epoch and augmented; every batch is a function of the seed and the step. */
final class BatchReader {

    private final Dataset images;
    private final Augmentation augmentation;
    private final Randomness randomness;
    private final int size;
    private final int[] order;
    private long shuffled = -1;
    private final float[] original;
    private final float[] pixels;
    private final int[] labels;

    BatchReader(Dataset images, int batchSize, Augmentation augmentation, Randomness randomness) {
        this.images = images;
        this.augmentation = augmentation;
        this.randomness = randomness;
        this.size = Math.min(batchSize, images.size());
        this.order = new int[images.size()];
        this.original = new float[images.shape().elements()];
        this.pixels = new float[size * original.length];
        this.labels = new int[size];
    }

    /** Whole batches of an epoch; what is left over changes with every shuffle. */
    int batchesPerEpoch() {
        return images.size() / size;
    }

    /** Images of a batch. */
    int size() {
        return size;
    }

    /** {@code [size, C, H, W]} of the batch last read; overwritten by the next. */
    float[] pixels() {
        return pixels;
    }

    /** The labels of the batch last read; overwritten by the next. */
    int[] labels() {
        return labels;
    }

    /** Reads the batch of a step. */
    void read(long step) {
        shuffle(step / batchesPerEpoch());
        int first = (int) (step % batchesPerEpoch()) * size;
        SplittableRandom random = randomness.at("augmentation", step);
        boolean augmented = augmentation.shift() > 0 || augmentation.flip();
        for (int i = 0; i < size; i++) {
            int index = order[first + i];
            labels[i] = images.label(index);
            if (augmented) {
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
