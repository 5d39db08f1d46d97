package io.fullynested.api.graph;

/**
 * The sliding square window of a convolution or pooling.
 *
 * @param kernel   side in pixels, at least 1
 * @param stride   step in pixels, at least 1
 * @param padding  zero pixels added on each of the four sides
 * @param dilation distance between neighbouring taps, 1 for a dense window
 */
public record Window(int kernel, int stride, int padding, int dilation) {

    /** @throws IllegalArgumentException if a value is out of range */
    public Window {
        if (kernel < 1 || stride < 1 || padding < 0 || dilation < 1) {
            throw new IllegalArgumentException("Impossible window: kernel " + kernel + ", stride " + stride + ", padding " + padding
                    + ", dilation " + dilation);
        }
    }

    /** A window that keeps the size of the image: stride 1, padding of half the kernel. */
    public static Window of(int kernel) {
        return new Window(kernel, 1, kernel / 2, 1);
    }

    /** The same window at another stride. */
    public Window stride(int step) {
        return new Window(kernel, step, padding, dilation);
    }

    /** The same window with another padding. */
    public Window padding(int pixels) {
        return new Window(kernel, stride, pixels, dilation);
    }

    /** The same window dilated, its padding grown along. */
    public Window dilation(int distance) {
        return new Window(kernel, stride, padding * distance / dilation, distance);
    }

    /**
     * Pixels along one side of the result.
     *
     * @throws IllegalArgumentException if the window does not fit into {@code pixels}
     */
    public int apply(int pixels) {
        return apply(pixels, false);
    }

    private int apply(int pixels, boolean ceil) {
        int free = pixels + 2 * padding - dilation * (kernel - 1) - 1;
        if (free < 0) {
            throw new IllegalArgumentException("has a window of " + kernel + ", which does not fit into " + pixels + " pixels with padding " + padding
                    + ". Maybe a smaller kernel or fewer strides before it?");
        }
        int whole = free / stride + 1;
        // a last window that reaches beyond the padding has to begin within the image, or the padding before it
        return ceil && free % stride != 0 && whole * stride < pixels + padding ? whole + 1 : whole;
    }

    /**
     * The shape of what the window leaves of a signal, of as many channels.
     *
     * @throws IllegalArgumentException if it does not fit into it, or there are no rows and columns that it can slide over
     */
    public Shape slide(Shape x) {
        return slide(x, false);
    }

    /** The same, where {@code ceil} says that a last window counts too that reaches beyond the padding. */
    Shape slide(Shape x, boolean ceil) {
        boolean image = x.dimensions() == Shape.Dimensions.IMAGE;
        if (!image && (x.flat() || kernel > 1 || stride > 1)) {
            throw new IllegalArgumentException("takes an image, not " + x.described());
        }
        return image ? x.withSize(apply(x.height(), ceil), apply(x.width(), ceil)) : x;
    }
}
