package io.fullynested.training;

import io.fullynested.api.graph.Shape;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How much of an image is another one: all its numbers between those of the two (mixup, Zhang et al., ICLR 2018), or a rectangle of the other (CutMix, Yun et
 * al., ICCV 2019). The image keeps half or more, so that it is still told by its own label.
 *
 * @param share of its own
 * @param cut   whether a rectangle is cut out
 * @param left  where it lies, as a share of what is left beside it
 * @param top   likewise
 */
record Mixing(double share, boolean cut, double left, double top) {

    /** Draws one; where both ways are wanted, either is as likely. */
    static Mixing draw(Augmentation options, SplittableRandom random) {
        boolean cut = options.cutmix() > 0 && (options.mixup() == 0 || random.nextBoolean());
        double share = beta(cut ? options.cutmix() : options.mixup(), random);
        return new Mixing(Math.max(share, 1 - share), cut, random.nextDouble(), random.nextDouble());
    }

    /** Of the distribution Beta(a, a), by Jöhnk's method (Metrika, 1964). */
    private static double beta(double a, SplittableRandom random) {
        while (true) {
            double one = Math.pow(random.nextDouble(), 1 / a);
            double other = Math.pow(random.nextDouble(), 1 / a);
            if (one + other == 0) {
                return 1;
            }
            if (one + other <= 1) {
                return one / (one + other);
            }
        }
    }

    /**
     * Mixes an image that begins at a place with another one. Of several parts, a rectangle is cut of those that are pictures.
     *
     * @return the share of its own that its pictures have then
     */
    double apply(List<Shape> parts, float[] pixels, int start, float[] other) {
        if (!cut) {
            for (int i = 0; i < other.length; i++) {
                pixels[start + i] = (float) (share * pixels[start + i] + (1 - share) * other[i]);
            }
            return share;
        }
        int part = 0;
        long cutOut = 0;
        long all = 0;
        for (Shape shape : parts) {
            if (shape.positions() > 1) {
                cutOut += cut(shape, pixels, start + part, other, part);
                all += shape.elements();
            }
            part += shape.elements();
        }
        return 1 - (double) cutOut / all;
    }

    private long cut(Shape shape, float[] pixels, int start, float[] other, int from) {
        int rows = (int) (Math.sqrt(1 - share) * shape.height());
        int columns = (int) (Math.sqrt(1 - share) * shape.width());
        int upper = (int) (top * (shape.height() - rows + 1));
        int first = (int) (left * (shape.width() - columns + 1));
        for (int c = 0; c < shape.channels(); c++) {
            for (int y = upper; y < upper + rows; y++) {
                int row = (c * shape.height() + y) * shape.width() + first;
                System.arraycopy(other, from + row, pixels, start + row, columns);
            }
        }
        return (long) shape.channels() * rows * columns;
    }
}
