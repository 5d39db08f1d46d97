package io.fullynested.api.graph;

import java.util.function.ToIntFunction;

/**
 * The sliding window of a convolution or pooling. Most are square and treat rows and columns alike; those are told by four numbers.
 *
 * @param rows    how it slides over rows
 * @param columns how it slides over columns
 */
public record Window(Side rows, Side columns) {

    /**
     * How a window slides in one direction.
     *
     * @param kernel   taps, at least 1
     * @param stride   step in pixels, at least 1
     * @param padding  zero pixels added before, and as many behind
     * @param dilation distance between neighbouring taps, 1 for a dense window
     */
    public record Side(int kernel, int stride, int padding, int dilation) {

        /** @throws IllegalArgumentException if a value is out of range */
        public Side {
            if (kernel < 1 || stride < 1 || padding < 0 || dilation < 1) {
                throw new IllegalArgumentException("Impossible window: kernel " + kernel + ", stride " + stride + ", padding " + padding
                        + ", dilation " + dilation);
            }
        }

        /** Pixels from the first tap to the last one, both included. */
        public int reach() {
            return dilation * (kernel - 1) + 1;
        }

        /**
         * Pixels of the result in this direction.
         *
         * @throws IllegalArgumentException if the window does not fit into {@code pixels}
         */
        public int apply(int pixels) {
            return apply(pixels, false);
        }

        private int apply(int pixels, boolean ceil) {
            int free = pixels + 2 * padding - reach();
            if (free < 0) {
                throw new IllegalArgumentException("has a window of " + kernel + ", which does not fit into " + pixels + " pixels with padding " + padding
                        + ". Maybe a smaller kernel or fewer strides before it?");
            }
            int whole = free / stride + 1;
            // a last window that reaches beyond the padding has to begin within the image, or the padding before it
            return ceil && free % stride != 0 && whole * stride < pixels + padding ? whole + 1 : whole;
        }
    }

    /**
     * A square window.
     *
     * @param kernel   side in pixels, at least 1
     * @param stride   step in pixels, at least 1
     * @param padding  zero pixels added on each of the four sides
     * @param dilation distance between neighbouring taps, 1 for a dense window
     * @throws IllegalArgumentException if a value is out of range
     */
    public Window(int kernel, int stride, int padding, int dilation) {
        this(new Side(kernel, stride, padding, dilation), new Side(kernel, stride, padding, dilation));
    }

    /** A window that keeps the size of the image: stride 1, padding of half the kernel. */
    public static Window of(int kernel) {
        return new Window(kernel, 1, kernel / 2, 1);
    }

    /** The same window at another stride. */
    public Window stride(int step) {
        return new Window(new Side(rows.kernel, step, rows.padding, rows.dilation), new Side(columns.kernel, step, columns.padding, columns.dilation));
    }

    /** The same window with another padding. */
    public Window padding(int pixels) {
        return new Window(new Side(rows.kernel, rows.stride, pixels, rows.dilation), new Side(columns.kernel, columns.stride, pixels, columns.dilation));
    }

    /** The same window dilated, its padding grown along. */
    public Window dilation(int distance) {
        return new Window(new Side(rows.kernel, rows.stride, rows.padding * distance / rows.dilation, distance),
                new Side(columns.kernel, columns.stride, columns.padding * distance / columns.dilation, distance));
    }

    /** Whether it slides over rows as it does over columns, so that four numbers tell all of it. */
    public boolean square() {
        return rows.equals(columns);
    }

    /** Taps of each channel. */
    public int taps() {
        return rows.kernel * columns.kernel;
    }

    /** Its side, if that is the same in rows and columns; others are {@link #rows} and {@link #columns}, and refused here. */
    public int kernel() {
        return both("kernel", Side::kernel);
    }

    /** Its step, if that is the same in rows and columns; refused if not. */
    public int stride() {
        return both("stride", Side::stride);
    }

    /** Its padding, if that is the same in rows and columns; refused if not. */
    public int padding() {
        return both("padding", Side::padding);
    }

    /** The distance of its taps, if that is the same in rows and columns; refused if not. */
    public int dilation() {
        return both("dilation", Side::dilation);
    }

    private int both(String what, ToIntFunction<Side> number) {
        int one = number.applyAsInt(rows);
        if (one != number.applyAsInt(columns)) {
            throw new IllegalArgumentException("has a window whose " + what + " is " + one + " over rows and " + number.applyAsInt(columns)
                    + " over columns, where only one number is read. Maybe a newer version of what reads it?");
        }
        return one;
    }

    /**
     * Pixels along one side of the result, where rows and columns are treated alike.
     *
     * @throws IllegalArgumentException if the window does not fit into {@code pixels}
     */
    public int apply(int pixels) {
        int result = rows.apply(pixels);
        if (result != columns.apply(pixels)) {
            throw new IllegalArgumentException("has a window that leaves " + result + " rows and " + columns.apply(pixels) + " columns of " + pixels);
        }
        return result;
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
        if (!image && (x.flat() || taps() > 1 || rows.stride > 1 || columns.stride > 1)) {
            throw new IllegalArgumentException("takes an image, not " + x.described());
        }
        return image ? x.withSize(rows.apply(x.height(), ceil), columns.apply(x.width(), ceil)) : x;
    }
}
