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
        int free = pixels + 2 * padding - dilation * (kernel - 1) - 1;
        if (free < 0) {
            throw new IllegalArgumentException("has a window of " + kernel + ", which does not fit into " + pixels + " pixels with padding " + padding
                    + ". Maybe a smaller kernel or fewer strides before it?");
        }
        return free / stride + 1;
    }

    /**
     * The shape of what the window leaves of a signal, of as many channels.
     *
     * @throws IllegalArgumentException if it does not fit into it, or there are no rows and columns that it can slide over
     */
    public Shape slide(Shape x) {
        boolean image = x.dimensions() == Shape.Dimensions.IMAGE;
        if (!image && (x.flat() || kernel > 1 || stride > 1)) {
            throw new IllegalArgumentException("takes an image, not " + x.described());
        }
        return image ? x.withSize(apply(x.height()), apply(x.width())) : x;
    }
}
