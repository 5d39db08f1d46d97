package io.fullynested.training;

import io.fullynested.api.graph.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * An operation that {@link RandAugment} knows. They are those of Cubuk et al., AutoAugment, CVPR 2019, table 6, with the ranges there; on numbers of
 * 0 to 1 rather than on bytes.
 */
enum Retouch {
    /** Nothing. */
    IDENTITY,
    /** Rows slide by up to 0.3 of their distance to the middle. */
    SHEAR_X,
    /** Columns do. */
    SHEAR_Y,
    /** By up to 150/331 of the width. */
    TRANSLATE_X,
    /** By up to 150/331 of the height. */
    TRANSLATE_Y,
    /** By up to 30 degrees. */
    ROTATE,
    /** Numbers times 0.1 to 1.9. */
    BRIGHTNESS,
    /** The difference to the grey of the pixel times 0.1 to 1.9; of three channels only. */
    COLOR,
    /** The difference to the mean grey of the picture times 0.1 to 1.9. */
    CONTRAST,
    /** The difference to a blurred picture times 0.1 to 1.9. */
    SHARPNESS,
    /** The leading 8 to 4 bits of a byte are kept. */
    POSTERIZE,
    /** What is above a threshold, 1 to 0, is inverted. */
    SOLARIZE,
    /** Each channel is stretched to 0 to 1. */
    AUTO_CONTRAST,
    /** Each channel has as many pixels of each brightness. */
    EQUALIZE;

    private static final double SHEAR = 0.3;
    private static final double TRANSLATION = 150.0 / 331;
    private static final double TURN = Math.toRadians(30);
    private static final double BLEND = 0.9;
    private static final int BYTE = 255;

    /** How it moves pixels; empty if it leaves them where they are. */
    Optional<Affine> way(Shape shape, double strength) {
        return Optional.ofNullable(switch (this) {
            case SHEAR_X -> Affine.about(shape, 0, 0, 1, SHEAR * strength, 0, 1);
            case SHEAR_Y -> Affine.about(shape, 0, 0, 1, 0, SHEAR * strength, 1);
            case TRANSLATE_X -> Affine.about(shape, TRANSLATION * strength * shape.width(), 0, 1, 0, 0, 1);
            case TRANSLATE_Y -> Affine.about(shape, 0, TRANSLATION * strength * shape.height(), 1, 0, 0, 1);
            case ROTATE -> Affine.about(shape, 0, 0, Math.cos(TURN * strength), -Math.sin(TURN * strength), Math.sin(TURN * strength), Math.cos(TURN * strength));
            default -> null;
        });
    }

    /**
     * Changes a picture {@code [C, H, W]} that begins at a place.
     *
     * @param strength −1 to 1; its sign matters for what goes either way only
     */
    void apply(Shape shape, float[] pixels, int start, double strength) {
        Optional<Affine> way = way(shape, strength);
        if (way.isPresent()) {
            way.get().move(shape, pixels, start, 0, false);
            return;
        }
        float least = 0;
        float most = 1;
        for (int i = start; i < start + shape.elements(); i++) {
            least = Math.min(least, pixels[i]);
            most = Math.max(most, pixels[i]);
        }
        float range = most - least;
        float[] shares = new float[shape.elements()];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (pixels[start + i] - least) / range;
        }
        float[] changed = recoloured(shape, shares, strength);
        for (int i = 0; i < changed.length; i++) {
            pixels[start + i] = changed[i] == shares[i] ? pixels[start + i] : Math.max(least, Math.min(most, least + range * changed[i]));
        }
    }

    /** @param pixels 0 to 1; left as they are */
    private float[] recoloured(Shape shape, float[] pixels, double strength) {
        return switch (this) {
            case BRIGHTNESS -> blended(pixels, new float[pixels.length], strength);
            case COLOR -> shape.channels() == 3 ? blended(pixels, grey(shape, pixels), strength) : pixels;
            case CONTRAST -> blended(pixels, filled(pixels.length, mean(grey(shape, pixels))), strength);
            case SHARPNESS -> blended(pixels, blurred(shape, pixels), strength);
            case POSTERIZE -> posterized(pixels, (int) Math.round(4 * Math.abs(strength)));
            case SOLARIZE -> solarized(pixels, 1 - Math.abs(strength));
            case AUTO_CONTRAST -> stretched(shape, pixels);
            case EQUALIZE -> equalized(shape, pixels);
            default -> pixels;
        };
    }

    private static float[] blended(float[] pixels, float[] other, double strength) {
        float[] blended = new float[pixels.length];
        double factor = 1 + BLEND * strength;
        for (int i = 0; i < blended.length; i++) {
            blended[i] = (float) Math.max(0, Math.min(1, other[i] + factor * (pixels[i] - other[i])));
        }
        return blended;
    }

    private static float[] filled(int length, float value) {
        float[] filled = new float[length];
        Arrays.fill(filled, value);
        return filled;
    }

    private static float mean(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return (float) (sum / numbers.length);
    }

    /** The luma of each pixel in all channels (ITU-R BT.601), or their mean where there are not three. */
    private static float[] grey(Shape shape, float[] pixels) {
        int positions = shape.positions();
        int channels = shape.channels();
        float[] grey = new float[pixels.length];
        for (int p = 0; p < positions; p++) {
            double luma = 0;
            for (int c = 0; c < channels; c++) {
                luma += pixels[c * positions + p] * (channels != 3 ? 1.0 / channels : c == 0 ? 0.299 : c == 1 ? 0.587 : 0.114);
            }
            for (int c = 0; c < channels; c++) {
                grey[c * positions + p] = (float) luma;
            }
        }
        return grey;
    }

    /** A mean over 3×3 pixels in which the middle counts five times, as PIL's; pixels at the edge stay. */
    private static float[] blurred(Shape shape, float[] pixels) {
        float[] blurred = pixels.clone();
        for (int c = 0; c < shape.channels(); c++) {
            for (int y = 1; y < shape.height() - 1; y++) {
                for (int x = 1; x < shape.width() - 1; x++) {
                    int middle = (c * shape.height() + y) * shape.width() + x;
                    double sum = 4 * pixels[middle];
                    for (int i = middle - shape.width(); i <= middle + shape.width(); i += shape.width()) {
                        sum += pixels[i - 1] + pixels[i] + pixels[i + 1];
                    }
                    blurred[middle] = (float) (sum / 13);
                }
            }
        }
        return blurred;
    }

    private static float[] posterized(float[] pixels, int dropped) {
        float[] kept = new float[pixels.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (level(pixels[i]) >> dropped << dropped) / (float) BYTE;
        }
        return dropped == 0 ? pixels : kept;
    }

    private static int level(float pixel) {
        return Math.round(BYTE * pixel);
    }

    private static float[] solarized(float[] pixels, double threshold) {
        float[] solarized = new float[pixels.length];
        for (int i = 0; i < solarized.length; i++) {
            solarized[i] = pixels[i] > threshold ? 1 - pixels[i] : pixels[i];
        }
        return solarized;
    }

    private static float[] stretched(Shape shape, float[] pixels) {
        float[] stretched = pixels.clone();
        int positions = shape.positions();
        for (int from = 0; from < pixels.length; from += positions) {
            float least = 1;
            float most = 0;
            for (int i = from; i < from + positions; i++) {
                least = Math.min(least, pixels[i]);
                most = Math.max(most, pixels[i]);
            }
            for (int i = from; i < from + positions && most > least; i++) {
                stretched[i] = (pixels[i] - least) / (most - least);
            }
        }
        return stretched;
    }

    /** As PIL does: a level becomes the number of pixels below it, in steps of a 255th of all but those of the greatest level. */
    private static float[] equalized(Shape shape, float[] pixels) {
        float[] equalized = pixels.clone();
        int positions = shape.positions();
        for (int from = 0; from < pixels.length; from += positions) {
            int[] counts = new int[BYTE + 1];
            int greatest = 0;
            for (int i = from; i < from + positions; i++) {
                counts[level(pixels[i])]++;
                greatest = Math.max(greatest, level(pixels[i]));
            }
            int step = (positions - counts[greatest]) / BYTE;
            if (step == 0) {
                continue;
            }
            int[] levels = new int[BYTE + 1];
            int below = step / 2;
            for (int level = 0; level <= BYTE; level++) {
                levels[level] = Math.min(BYTE, below / step);
                below += counts[level];
            }
            for (int i = from; i < from + positions; i++) {
                equalized[i] = levels[level(pixels[i])] / (float) BYTE;
            }
        }
        return equalized;
    }
}
