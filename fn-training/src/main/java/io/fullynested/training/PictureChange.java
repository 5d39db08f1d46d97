package io.fullynested.training;

import io.fullynested.api.graph.Shape;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What is done to a picture beside a shift: a part of it is shown in its place, turned, in other colours, with a rectangle painted over. Numbers stay within
 * 0 to 1, or within the least and the greatest of the picture where these are beyond.
 *
 * @param width      of the part, as a share of the picture's; 1 for the whole
 * @param height     likewise
 * @param left       where it lies, as a share of what is left beside it
 * @param top        likewise
 * @param angle      in radians
 * @param brightness what numbers are multiplied by
 * @param contrast   what the difference to the picture's mean is multiplied by
 * @param saturation what the difference to the pixel's mean is multiplied by
 * @param retouches  operations that were drawn
 * @param erased     what is painted over
 */
record PictureChange(double width, double height, double left, double top, double angle, double brightness, double contrast, double saturation, RandAugment retouches,
                     Rectangle erased) {

    private static final double MOST_ASPECT = 4.0 / 3;
    private static final double LEAST_ERASED = 0.02;
    private static final double MOST_ERASED = 0.2;
    private static final double MOST_ERASED_ASPECT = 3.3;

    /**
     * A part of a picture; all are shares.
     *
     * @param left of what is left beside it
     */
    private record Rectangle(double width, double height, double left, double top) {

        private static final Rectangle NONE = new Rectangle(0, 0, 0, 0);

        /** Of some share of the area, its sides up to the aspect longer or shorter than those of the whole. */
        static Rectangle draw(SplittableRandom random, double area, double aspect) {
            double longer = Math.pow(aspect, random.nextDouble() - 0.5);
            double side = Math.sqrt(area);
            return new Rectangle(Math.min(1, side * longer), Math.min(1, side / longer), random.nextDouble(), random.nextDouble());
        }
    }

    /** Draws a change; as many numbers whatever the options are, but for operations, which are drawn last. */
    static PictureChange draw(Augmentation options, SplittableRandom random) {
        Rectangle part = Rectangle.draw(random, between(random, options.crop(), 1), options.crop() < 1 ? MOST_ASPECT * MOST_ASPECT : 1);
        double angle = Math.toRadians(options.rotation()) * between(random, -1, 1);
        double[] factors = {1, 1, 1};
        for (int i = 0; i < factors.length; i++) {
            factors[i] = 1 + options.color() * between(random, -1, 1);
        }
        boolean erases = random.nextDouble() < options.erasing();
        Rectangle erased = Rectangle.draw(random, between(random, LEAST_ERASED, MOST_ERASED), MOST_ERASED_ASPECT * MOST_ERASED_ASPECT);
        return new PictureChange(part.width(), part.height(), part.left(), part.top(), angle, factors[0], factors[1], factors[2],
                options.randAugment() == 0 ? RandAugment.NONE : RandAugment.draw(options.randAugment(), options.magnitude(), random), erases ? erased : Rectangle.NONE);
    }

    private static double between(SplittableRandom random, double least, double most) {
        return least + (most - least) * random.nextDouble();
    }

    /** Changes a picture {@code [C, H, W]} that begins at a place. */
    void apply(Shape shape, float[] pixels, int start) {
        if (moves()) {
            way(shape).move(shape, pixels, start, 0, false);
        }
        retouches.apply(shape, pixels, start);
        if (brightness != 1 || contrast != 1 || saturation != 1) {
            recolour(shape, pixels, start);
        }
        if (erased != Rectangle.NONE) {
            erase(shape, pixels, start);
        }
    }

    /** Moves what is said of each pixel as {@link #apply} moves pixels. */
    void applyToMask(Shape shape, float[] mask, float outside) {
        if (moves()) {
            way(shape).move(shape, mask, 0, outside, true);
        }
        retouches.applyToMask(shape, mask, outside);
    }

    private boolean moves() {
        return width < 1 || height < 1 || angle != 0;
    }

    private Affine way(Shape shape) {
        return new Affine((left * (1 - width) + width / 2) * shape.width(), (top * (1 - height) + height / 2) * shape.height(), width, height,
                Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle));
    }

    private void recolour(Shape shape, float[] pixels, int start) {
        int positions = shape.positions();
        int channels = shape.channels();
        float least = 0;
        float most = 1;
        double mean = 0;
        for (int i = start; i < start + shape.elements(); i++) {
            least = Math.min(least, pixels[i]);
            most = Math.max(most, pixels[i]);
            mean += pixels[i];
        }
        mean = brightness * mean / shape.elements();
        for (int p = 0; p < positions; p++) {
            double grey = 0;
            for (int c = 0; c < channels; c++) {
                grey += pixels[start + c * positions + p] / channels;
            }
            for (int c = 0; c < channels; c++) {
                int i = start + c * positions + p;
                double coloured = channels == 3 ? grey + saturation * (pixels[i] - grey) : pixels[i];
                pixels[i] = (float) Math.max(least, Math.min(most, mean + contrast * (brightness * coloured - mean)));
            }
        }
    }

    private void erase(Shape shape, float[] pixels, int start) {
        int rows = Math.max(1, (int) Math.round(erased.height() * shape.height()));
        int columns = Math.max(1, (int) Math.round(erased.width() * shape.width()));
        int top = (int) (erased.top() * (shape.height() - rows + 1));
        int left = (int) (erased.left() * (shape.width() - columns + 1));
        for (int c = 0; c < shape.channels(); c++) {
            int channel = start + c * shape.positions();
            double mean = 0;
            for (int i = channel; i < channel + shape.positions(); i++) {
                mean += pixels[i] / shape.positions();
            }
            for (int y = top; y < top + rows; y++) {
                Arrays.fill(pixels, channel + y * shape.width() + left, channel + y * shape.width() + left + columns, (float) mean);
            }
        }
    }
}
