package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.data.ReadAhead;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Reads what is learnt from in each step: a batch for each submodel, one after the other. The images are shuffled anew each epoch and
 * augmented; what is read is a function of the seed and the step. Several threads may read at once.
 */
final class BatchReader {

    private final Dataset images;
    private final Augmentation augmentation;
    private final Randomness randomness;
    private final int batchSize;
    private final int size;
    private volatile Order last;

    /** The images of an epoch. */
    private record Order(long epoch, int[] images) {
    }

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
        this.last = order(0);
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

    /** Reads the steps up to one, each before it is asked for; to be closed. */
    ReadAhead<Batch> ahead(long steps) {
        return new ReadAhead<>(this::read, steps, (long) size * images.shape().elements());
    }

    /** Reads the images of a step. */
    Batch read(long step) {
        int[] order = of(step / stepsPerEpoch());
        int first = (int) (step % stepsPerEpoch()) * size;
        int elements = images.shape().elements();
        float[] pixels = new float[size * elements];
        int[] labels = new int[size];
        int[] read = Arrays.copyOfRange(order, first, first + size);
        SplittableRandom random = randomness.at("augmentation", step);
        boolean augments = augmentation.shift() > 0 || augmentation.flip();
        float[] original = new float[augments ? elements : 0];
        for (int i = 0; i < size; i++) {
            labels[i] = images.label(read[i]);
            if (augments) {
                images.read(read[i], original, 0);
                augment(random, original, pixels, i * elements);
            } else {
                images.read(read[i], pixels, i * elements);
            }
        }
        return new Batch(pixels, labels, read, batchSize, augments);
    }

    private int[] of(long epoch) {
        Order order = last;
        if (order.epoch() != epoch) {
            order = order(epoch);
            last = order;
        }
        return order.images();
    }

    private Order order(long epoch) {
        SplittableRandom random = randomness.at("shuffle", epoch);
        int[] order = new int[images.size()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return new Order(epoch, order);
    }

    private void augment(SplittableRandom random, float[] original, float[] pixels, int target) {
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
