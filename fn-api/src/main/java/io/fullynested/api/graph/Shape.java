package io.fullynested.api.graph;

import java.util.List;

/**
 * The shape of a signal without its batch dimension, which is free: one feature dimension, whose terms an axis nests, and positions.
 * Tensors hold the features first and the positions of each in rows.
 *
 * @param dimensions what the dimensions are
 * @param channels   channels of an image, or features
 * @param height     rows; 1 if there are none
 * @param width      columns of an image, steps of a sequence; 1 if there are none
 */
public record Shape(Dimensions dimensions, int channels, int height, int width) {

    /** Names for the dimensions of a signal. */
    public enum Dimensions {
        /** {@code C×H×W}: channels, rows, columns. */
        IMAGE,
        /** {@code D×T}: features, steps. Tensors are those of an image {@code D×1×T}. */
        SEQUENCE,
        /** {@code D}: features. Tensors have no dimensions for positions. */
        FLAT
    }

    /** @throws IllegalArgumentException if an extent is below 1 or not one of these dimensions, or all are above 2³¹ together */
    public Shape {
        boolean extra = dimensions == Dimensions.FLAT && height * width != 1 || dimensions == Dimensions.SEQUENCE && height != 1;
        if (channels < 1 || height < 1 || width < 1 || extra) {
            throw new IllegalArgumentException("Impossible shape " + channels + "×" + height + "×" + width);
        }
        if ((double) channels * height * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("gives a signal of " + channels + "×" + height + "×" + width + ", larger than 2^31 numbers");
        }
    }

    /** An image. */
    public static Shape image(int channels, int height, int width) {
        return new Shape(Dimensions.IMAGE, channels, height, width);
    }

    /** A sequence of vectors of features. */
    public static Shape sequence(int features, int steps) {
        return new Shape(Dimensions.SEQUENCE, features, 1, steps);
    }

    /** A vector of features. */
    public static Shape flat(int features) {
        return new Shape(Dimensions.FLAT, features, 1, 1);
    }

    /** The shape of several signals, one after the other: flat, or as it is if there is only one. */
    public static Shape joined(List<Shape> parts) {
        return parts.size() == 1 ? parts.get(0) : flat(parts.stream().mapToInt(Shape::elements).sum());
    }

    /** Whether it has the same numbers in the same order, as features and an image of 1×1 have. */
    public boolean holdsAs(Shape other) {
        return equals(other) || channels == other.channels && positions() == 1 && other.positions() == 1;
    }

    /** Whether it is a vector of features, without positions. */
    public boolean flat() {
        return dimensions == Dimensions.FLAT;
    }

    /** The same shape with another number of channels or features. */
    public Shape withChannels(int count) {
        return new Shape(dimensions, count, height, width);
    }

    /** An image of as many channels and another size. */
    public Shape withSize(int rows, int columns) {
        return new Shape(dimensions, channels, rows, columns);
    }

    /** How many positions there are: pixels of an image, steps of a sequence, 1 if flat. */
    public int positions() {
        return height * width;
    }

    /** Elements of one sample. */
    public int elements() {
        return channels * positions();
    }

    /** The extents of a tensor of one sample: {@code C, H, W}, {@code D, 1, T} or {@code D}. */
    public int[] extents() {
        return flat() ? new int[] {channels} : new int[] {channels, height, width};
    }

    /** What it is, for a message: {@code an image of 3×32×32}, {@code a sequence of 64×16}, {@code 128 features}. */
    public String described() {
        return switch (dimensions) {
            case IMAGE -> "an image of " + this;
            case SEQUENCE -> "a sequence of " + this;
            case FLAT -> channels + " features";
        };
    }

    /** {@code C×H×W}, {@code D×T} or {@code D}. */
    @Override
    public String toString() {
        return switch (dimensions) {
            case IMAGE -> channels + "×" + height + "×" + width;
            case SEQUENCE -> channels + "×" + width;
            case FLAT -> String.valueOf(channels);
        };
    }
}
