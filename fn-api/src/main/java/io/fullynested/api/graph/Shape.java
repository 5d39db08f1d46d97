package io.fullynested.api.graph;

/**
 * The shape of a signal without its batch dimension.
 *
 * @param channels channels of an image, or features of a flat signal
 * @param height   rows; 1 if flat
 * @param width    columns; 1 if flat
 * @param flat     whether the tensor is {@code [batch, channels]} rather than {@code [batch, channels, height, width]}
 */
public record Shape(int channels, int height, int width, boolean flat) {

    /** @throws IllegalArgumentException if an extent is below 1, all are above 2³¹ together, or a flat shape has rows or columns */
    public Shape {
        if (channels < 1 || height < 1 || width < 1 || flat && height * width != 1) {
            throw new IllegalArgumentException("Impossible shape " + channels + "×" + height + "×" + width);
        }
        if ((double) channels * height * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A signal of " + channels + "×" + height + "×" + width + " is larger than 2^31 numbers");
        }
    }

    /** An image. */
    public static Shape image(int channels, int height, int width) {
        return new Shape(channels, height, width, false);
    }

    /** A vector of features. */
    public static Shape flat(int features) {
        return new Shape(features, 1, 1, true);
    }

    /** The same shape with another number of channels. */
    public Shape withChannels(int count) {
        return new Shape(count, height, width, flat);
    }

    /** Elements of one sample. */
    public int elements() {
        return channels * height * width;
    }

    @Override
    public String toString() {
        return flat ? String.valueOf(channels) : channels + "×" + height + "×" + width;
    }
}
