package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ReadAhead;
import io.fullynested.core.engine.TaughtDataset;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Reads what is learnt from in each step: a batch for each submodel, one after the other. The images are shuffled anew each epoch and
 * augmented, and where a trained network says what is to be learnt, it is asked about the augmented ones; what is read is a function of the seed and the
 * step. Each rank reads its share of every batch: together they see what one
 * alone would. Several threads may read at once.
 */
final class BatchReader {

    /** Of pixels that move in. */
    private static final float NO_CLASS = -1;

    private final Dataset images;
    private final Optional<TaughtDataset> taught;
    private final Augmentation augmentation;
    private final Randomness randomness;
    private final Ranks ranks;
    private final int batchSize;
    private final int size;
    private volatile Order last;

    /** The images of an epoch. */
    private record Order(long epoch, int[] images) {
    }

    /** How an image is changed. */
    private record Change(int down, int right, boolean flip) {
    }

    /**
     * Reads nothing yet.
     *
     * @param batchSize images of a submodel, on all ranks together
     * @throws IllegalArgumentException if there are not two images for each submodel on each rank
     */
    BatchReader(Dataset images, int batchSize, int submodels, Augmentation augmentation, Randomness randomness, Ranks ranks) {
        this.images = images;
        this.augmentation = augmentation;
        this.taught = images instanceof TaughtDataset some && augmentation.acts() ? Optional.of(some) : Optional.empty();
        this.randomness = randomness;
        this.ranks = ranks;
        this.batchSize = Math.min(batchSize, images.size() / submodels);
        this.size = this.batchSize * submodels;
        if (this.batchSize < 2) {
            throw new IllegalArgumentException("A step of " + submodels + " submodels needs at least " + 2 * submodels + " images, not "
                    + images.size());
        }
        if (this.batchSize / ranks.count() < 2) {
            throw new IllegalArgumentException("A batch of " + this.batchSize + " images is less than two for each of " + ranks.count()
                    + " ranks. Maybe a greater batch-size?");
        }
        this.last = order(0);
    }

    /** Whole steps of an epoch; what is left over changes with every shuffle. */
    int stepsPerEpoch() {
        return images.size() / size;
    }

    /** Images of a step, on all ranks together. */
    int size() {
        return size;
    }

    /** Images of one submodel on this rank. */
    int share() {
        return ranks.share(batchSize);
    }

    /** Reads the steps up to one, each before it is asked for; to be closed. */
    ReadAhead<Batch> ahead(long steps) {
        return new ReadAhead<>(this::read, steps, (long) size / ranks.count() * images.shape().elements());
    }

    /** Reads the images of a step. */
    Batch read(long step) {
        int[] order = of(step / stepsPerEpoch());
        int first = (int) (step % stepsPerEpoch()) * size;
        int elements = images.shape().elements();
        int share = share();
        int submodels = size / batchSize;
        int numbers = images.target().size();
        float[] pixels = new float[submodels * share * elements];
        float[] targets = new float[submodels * share * numbers];
        int[] read = new int[submodels * share];
        Change[] changes = changes(step);
        float[] original = new float[changes.length > 0 ? elements : 0];
        float[] other = new float[augmentation.mixes() ? elements : 0];
        Mixed mixed = new Mixed(new float[augmentation.mixes() ? targets.length : 0], new float[augmentation.mixes() ? read.length : 0]);
        for (int i = 0; i < read.length; i++) {
            int place = i / share * batchSize + ranks.from(batchSize) + i % share;
            read[i] = order[first + place];
            read(step, read[i], place, changes, original, pixels, i * elements, targets, i * numbers);
            if (augmentation.mixes()) {
                // the next one of the same submodel
                int next = place / batchSize * batchSize + (place + 1) % batchSize;
                read(step, order[first + next], next, changes, original, other, 0, mixed.targets(), i * numbers);
                mixed.shares()[i] = (float) Mixing.draw(augmentation, randomness.at("mixing", step * size + place)).apply(images.parts(), pixels, i * elements, other);
            }
        }
        if (taught.isPresent()) {
            return new Batch(pixels, taught.get().answers(pixels), read, share, true);
        }
        return new Batch(pixels, targets, read, share, changes.length > 0, Optional.of(mixed).filter(some -> augmentation.mixes()));
    }

    /** Reads an image and its target, changed as what stands at a place of a step is. */
    private void read(long step, int image, int place, Change[] changes, float[] original, float[] pixels, int at, float[] targets, int target) {
        if (taught.isEmpty()) {
            images.readTarget(image, targets, target);
        }
        if (changes.length == 0) {
            images.read(image, pixels, at);
            return;
        }
        images.read(image, original, 0);
        PictureChange change = augmentation.actsOnPictures() ? PictureChange.draw(augmentation, randomness.at("picture", step * size + place)) : null;
        if (change != null) {
            change(change, original);
        }
        augment(changes[place], original, pixels, at);
        // what is said of pixels moves with them
        if (images.target().kind() == Target.Kind.CLASS_OF_PIXELS) {
            float[] mask = Arrays.copyOfRange(targets, target, target + images.target().size());
            if (change != null) {
                change.applyToMask(images.target().shape(), mask, NO_CLASS);
            }
            augment(changes[place], images.target().shape(), mask, 0, NO_CLASS, targets, target);
        }
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

    /** One for each image of a step, on all ranks; none if images stay as they are. */
    private Change[] changes(long step) {
        int shift = augmentation.shift();
        Change[] changes = new Change[augmentation.acts() ? size : 0];
        SplittableRandom random = randomness.at("augmentation", step);
        for (int i = 0; i < changes.length; i++) {
            changes[i] = new Change(random.nextInt(2 * shift + 1) - shift, random.nextInt(2 * shift + 1) - shift,
                    augmentation.flip() && random.nextBoolean());
        }
        return changes;
    }

    private void change(PictureChange change, float[] original) {
        int start = 0;
        for (Shape part : images.parts()) {
            if (part.positions() > 1) {
                change.apply(part, original, start);
            }
            start += part.elements();
        }
    }

    private void augment(Change change, float[] original, float[] pixels, int target) {
        int start = 0;
        for (Shape part : images.parts()) {
            // of several parts, rows of numbers stay as they are
            if (part.positions() > 1 || images.parts().size() == 1) {
                augment(change, part, original, start, 0, pixels, target + start);
            } else {
                System.arraycopy(original, start, pixels, target + start, part.elements());
            }
            start += part.elements();
        }
    }

    private static void augment(Change change, Shape shape, float[] original, int start, float outside, float[] into, int from) {
        int height = shape.height();
        int width = shape.width();
        int next = from;
        for (int c = 0; c < shape.channels(); c++) {
            for (int y = 0; y < height; y++) {
                int row = y - change.down();
                for (int x = 0; x < width; x++) {
                    int column = (change.flip() ? width - 1 - x : x) - change.right();
                    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
                    into[next++] = inside ? original[start + (c * height + row) * width + column] : outside;
                }
            }
        }
    }

    /** The parts of images that augmentation changes. */
    static List<Shape> pictures(Dataset images) {
        return images.parts().stream().filter(part -> part.positions() > 1).toList();
    }
}
