package io.fullynested.training;

import io.fullynested.api.graph.Shape;
import java.util.Arrays;

/**
 * How the pixels of a picture are fetched from other places of it: what is shown so many pixels right of and below the middle, each times its scale, is taken
 * from {@code middle + (xx · right + xy · down, yx · right + yy · down)}.
 *
 * @param middleX   what is shown in the middle, in pixels from the left
 * @param middleY   likewise from the top
 * @param scaleX    of steps to the right
 * @param scaleY    of steps down
 */
record Affine(double middleX, double middleY, double scaleX, double scaleY, double xx, double xy, double yx, double yy) {

    /** One about the middle of a picture, that of it being shown in the middle. */
    static Affine about(Shape shape, double right, double down, double xx, double xy, double yx, double yy) {
        return new Affine(shape.width() / 2.0 + right, shape.height() / 2.0 + down, 1, 1, xx, xy, yx, yy);
    }

    /**
     * Moves the pixels of a picture {@code [C, H, W]} that begins at a place.
     *
     * @param outside what moves in
     * @param nearest whether the nearest pixel is taken, and not what lies between four
     */
    void move(Shape shape, float[] pixels, int start, float outside, boolean nearest) {
        float[] original = Arrays.copyOfRange(pixels, start, start + shape.elements());
        int rows = shape.height();
        int columns = shape.width();
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                double right = (x + 0.5 - columns / 2.0) * scaleX;
                double down = (y + 0.5 - rows / 2.0) * scaleY;
                double column = middleX + xx * right + xy * down;
                double row = middleY + yx * right + yy * down;
                boolean inside = column >= 0 && column <= columns && row >= 0 && row <= rows;
                for (int c = 0; c < shape.channels(); c++) {
                    pixels[start + (c * rows + y) * columns + x] = !inside ? outside
                            : nearest ? at(original, c * rows * columns, rows, columns, (int) row, (int) column)
                            : between(original, c * rows * columns, rows, columns, row - 0.5, column - 0.5);
                }
            }
        }
    }

    private static float at(float[] original, int start, int rows, int columns, int row, int column) {
        return original[start + Math.max(0, Math.min(rows - 1, row)) * columns + Math.max(0, Math.min(columns - 1, column))];
    }

    /** Bilinear; beyond the last row or column it counts on. */
    private static float between(float[] original, int start, int rows, int columns, double row, double column) {
        int y = (int) Math.floor(row);
        int x = (int) Math.floor(column);
        double down = row - y;
        double right = column - x;
        double upper = at(original, start, rows, columns, y, x) * (1 - right) + at(original, start, rows, columns, y, x + 1) * right;
        double lower = at(original, start, rows, columns, y + 1, x) * (1 - right) + at(original, start, rows, columns, y + 1, x + 1) * right;
        return (float) (upper * (1 - down) + lower * down);
    }
}
