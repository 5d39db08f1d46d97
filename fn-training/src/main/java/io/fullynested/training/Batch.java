package io.fullynested.training;

import java.util.Arrays;
import java.util.Optional;

/**
 * What is learnt from in a step: a batch for each submodel, one after the other.
 *
 * @param pixels    {@code [size, C, H, W]}
 * @param targets   of all images, one after the other
 * @param images    which images of the data they are
 * @param batchSize images of one submodel
 * @param augmented whether an image is another one each time it is read
 * @param mixed     what images were mixed with; empty for nothing
 */
record Batch(float[] pixels, float[] targets, int[] images, int batchSize, boolean augmented, Optional<Mixed> mixed) {

    /** One whose images are not mixed. */
    Batch(float[] pixels, float[] targets, int[] images, int batchSize, boolean augmented) {
        this(pixels, targets, images, batchSize, augmented, Optional.empty());
    }

    /** The targets of some images. */
    float[] targets(int first, int count) {
        int size = targets.length / images.length;
        return Arrays.copyOfRange(targets, first * size, (first + count) * size);
    }
}
