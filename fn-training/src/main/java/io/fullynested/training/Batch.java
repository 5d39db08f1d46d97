package io.fullynested.training;

/**
 * What is learnt from in a step: a batch for each submodel, one after the other.
 *
 * @param pixels    {@code [size, C, H, W]}
 * @param labels    of all images
 * @param images    which images of the data they are
 * @param batchSize images of one submodel
 * @param augmented whether an image is another one each time it is read
 */
record Batch(float[] pixels, int[] labels, int[] images, int batchSize, boolean augmented) {
}
