package io.fullynested.report;

import io.fullynested.api.graph.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Small pictures within a page. */
final class Picture {

    /** The most pixels of a side; larger images are made smaller. */
    private static final int SIDE = 64;
    private static final int RGB = 3;

    private Picture() {
    }

    /** Whether images of this shape can be looked at: those of one channel, or of red, green and blue. */
    static boolean shows(Shape shape) {
        return shape.dimensions() == Shape.Dimensions.IMAGE && (shape.channels() == 1 || shape.channels() == RGB) && Math.min(shape.height(), shape.width()) > 1;
    }

    /**
     * The address of an image as PNG.
     *
     * @param numbers {@code [C, H, W]}: those in 0..1 as they are, others with their least black and their greatest white
     */
    static String data(float[] numbers, Shape shape) {
        float[] pixels = shares(numbers);
        int step = (Math.max(shape.height(), shape.width()) + SIDE - 1) / SIDE;
        BufferedImage image = new BufferedImage((shape.width() + step - 1) / step, (shape.height() + step - 1) / step, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int colour = 0;
                for (int c = 0; c < RGB; c++) {
                    colour = colour << 8 | mean(pixels, shape, Math.min(c, shape.channels() - 1), y * step, x * step, step);
                }
                image.setRGB(x, y, colour);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }

    private static float[] shares(float[] numbers) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (float number : numbers) {
            least = Math.min(least, number);
            most = Math.max(most, number);
        }
        if (least >= 0 && most <= 1) {
            return numbers;
        }
        float[] shares = new float[numbers.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = most == least ? 0 : (numbers[i] - least) / (most - least);
        }
        return shares;
    }

    /** Of a square of a channel, as far as it is within the image: 0..255. */
    private static int mean(float[] pixels, Shape shape, int channel, int top, int left, int side) {
        double sum = 0;
        int bottom = Math.min(top + side, shape.height());
        int right = Math.min(left + side, shape.width());
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += pixels[(channel * shape.height() + y) * shape.width() + x];
            }
        }
        return (int) Math.round(255 * Math.max(0, Math.min(1, sum / ((bottom - top) * (right - left)))));
    }
}
