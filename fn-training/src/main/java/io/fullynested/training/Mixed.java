package io.fullynested.training;

import java.util.Arrays;

/**
 * What images were mixed with: each has a share of its own, and the rest of another image.
 *
 * @param targets of the other images, one after the other
 * @param shares  of the images' own, 0.5 to 1
 */
record Mixed(float[] targets, float[] shares) {

    /** That of some images. */
    Mixed of(int first, int count) {
        int size = targets.length / shares.length;
        return new Mixed(Arrays.copyOfRange(targets, first * size, (first + count) * size), Arrays.copyOfRange(shares, first, first + count));
    }

    /** The shares of the others. */
    float[] rest() {
        float[] rest = new float[shares.length];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = 1 - shares[i];
        }
        return rest;
    }
}
