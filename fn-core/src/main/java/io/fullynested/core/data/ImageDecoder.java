package io.fullynested.core.data;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads image files into bytes {@code [C, H, W]}.
 *
 * @param shape       what every image becomes
 * @param exactHeight whether images of other heights are refused, rather than resized
 * @param exactWidth  the same of widths
 */
record ImageDecoder(Shape shape, boolean exactHeight, boolean exactWidth) {

    /** @throws UnreadableException if a picture of that size is not wanted */
    void check(Path file, Shape size) throws UnreadableException {
        if (exactHeight && size.height() != shape.height() || exactWidth && size.width() != shape.width()) {
            throw new UnreadableException(file, "height " + size.height() + " and width " + size.width() + ", not height " + shape.height() + " and width " + shape.width()
                    + " as the first image. Maybe height and width to resize all to?");
        }
    }

    /** A decoder of pictures of the size of one, unless others are given. */
    static ImageDecoder of(PictureFile first, int channels, Optional<Integer> height, Optional<Integer> width) throws UnreadableException {
        Shape size = first.shape();
        return new ImageDecoder(Shape.image(channels, height.orElse(size.height()), width.orElse(size.width())), height.isEmpty(), width.isEmpty());
    }

    byte[] read(PictureFile picture) throws UnreadableException {
        Path file = picture.path();
        return InputFile.read(file, () -> {
            PictureFile.Stored stored = picture.read();
            int rows = stored.image().getHeight();
            int columns = stored.image().getWidth();
            boolean swaps = stored.orientation().swaps();
            check(file, Shape.image(1, swaps ? columns : rows, swaps ? rows : columns));
            int[][] planes = planes(stored.image());
            byte[] pixels = new byte[shape.elements()];
            for (int c = 0; c < planes.length; c++) {
                int[] upright = stored.orientation().upright(planes[c], rows, columns);
                resize(upright, swaps ? columns : rows, swaps ? rows : columns, pixels, c * shape.height() * shape.width());
            }
            return pixels;
        });
    }

    /** The channels, values in 0..255. */
    private int[][] planes(BufferedImage image) {
        int count = image.getWidth() * image.getHeight();
        int[][] planes = new int[shape.channels()][count];
        boolean gray = image.getRaster().getNumBands() < 3 && !(image.getColorModel() instanceof IndexColorModel);
        int[] argb = gray ? gray(image.getRaster()) : image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        for (int i = 0; i < count; i++) {
            int opacity = argb[i] >>> 24;
            int red = onWhite(argb[i] >> 16 & 255, opacity);
            int green = onWhite(argb[i] >> 8 & 255, opacity);
            int blue = onWhite(argb[i] & 255, opacity);
            if (shape.channels() == 1) {
                planes[0][i] = (int) Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
            } else {
                planes[0][i] = red;
                planes[1][i] = green;
                planes[2][i] = blue;
            }
        }
        return planes;
    }

    /** What is seen of a colour in front of white; the colour behind what is transparent is anything. */
    private static int onWhite(int colour, int opacity) {
        return opacity == 255 ? colour : (int) Math.round(255 - (255 - colour) * (opacity / 255.0));
    }

    /** The samples themselves, and how opaque they are: Java would take them as linear light, and brighten them. */
    private static int[] gray(Raster raster) {
        int[] light = bytes(raster, 0);
        int[] opacity = raster.getNumBands() > 1 ? bytes(raster, 1) : null;
        for (int i = 0; i < light.length; i++) {
            light[i] = light[i] * 0x010101 | (opacity == null ? 255 : opacity[i]) << 24;
        }
        return light;
    }

    /** The samples of a band, in 0..255. */
    private static int[] bytes(Raster raster, int band) {
        int[] samples = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), band, (int[]) null);
        int greatest = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (int) Math.round(255.0 * samples[i] / greatest);
        }
        return samples;
    }

    /** Each pixel becomes the mean over the area that it covers. */
    private void resize(int[] plane, int rows, int columns, byte[] into, int from) {
        if (rows == shape.height() && columns == shape.width()) {
            for (int i = 0; i < rows * columns; i++) {
                into[from + i] = (byte) plane[i];
            }
            return;
        }
        double down = (double) rows / shape.height();
        double across = (double) columns / shape.width();
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                double sum = 0;
                for (int r = (int) (y * down); r < Math.min(rows, (y + 1) * down); r++) {
                    double high = Math.min(r + 1, (y + 1) * down) - Math.max(r, y * down);
                    for (int c = (int) (x * across); c < Math.min(columns, (x + 1) * across); c++) {
                        sum += high * (Math.min(c + 1, (x + 1) * across) - Math.max(c, x * across)) * plane[r * columns + c];
                    }
                }
                into[from + y * shape.width() + x] = (byte) Math.round(sum / (down * across));
            }
        }
    }
}
