package io.fullynested.training;

import io.fullynested.api.graph.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Some of fourteen operations on a picture one after the other, each drawn with equal chances and all of the same magnitude (Cubuk et al., RandAugment,
 * CVPR workshops 2020, section 3). What moves or changes either way does so with equal chances.
 */
record RandAugment(List<Drawn> operations) {

    /** None. */
    static final RandAugment NONE = new RandAugment(List.of());
    /** The greatest magnitude. */
    static final int GREATEST = 30;

    /** @param strength 0 to 1, or to −1 where it goes the other way */
    record Drawn(Retouch retouch, double strength) {
    }

    /**
     * Draws some.
     *
     * @param count     how many
     * @param magnitude 0 to {@value #GREATEST}
     */
    static RandAugment draw(int count, double magnitude, SplittableRandom random) {
        return new RandAugment(IntStream.range(0, count).mapToObj(i -> new Drawn(Retouch.values()[random.nextInt(Retouch.values().length)],
                (random.nextBoolean() ? 1 : -1) * magnitude / GREATEST)).toList());
    }

    /** Changes a picture {@code [C, H, W]} that begins at a place. Its numbers stay within 0 to 1, or its least and greatest where these are beyond. */
    void apply(Shape shape, float[] pixels, int start) {
        operations.forEach(one -> one.retouch().apply(shape, pixels, start, one.strength()));
    }

    /** Moves what is said of each pixel as {@link #apply} moves pixels. */
    void applyToMask(Shape shape, float[] mask, float outside) {
        operations.forEach(one -> one.retouch().way(shape, one.strength()).ifPresent(way -> way.move(shape, mask, 0, outside, true)));
    }
}
