package io.fullynested.core.interpreter;

import io.fullynested.core.tensor.Tensor;

/**
 * A batch seen as planes: one for each channel of each sample, a flat signal having planes of one element.
 *
 * @param batch    samples
 * @param channels channels of a sample
 * @param area     elements of a plane
 */
record Planes(int batch, int channels, int area) {

    static Planes of(Tensor x) {
        return new Planes(x.shape()[0], x.shape()[1], x.shape().length == 2 ? 1 : x.shape()[2] * x.shape()[3]);
    }

    int count() {
        return batch * channels;
    }

    /** The same shape with another number of channels. */
    static int[] withChannels(Tensor x, int channels) {
        int[] shape = x.shape().clone();
        shape[1] = channels;
        return shape;
    }
}
