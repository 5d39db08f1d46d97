package io.fullynested.core.data;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.file.Path;

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
            throw new UnreadableException(file, size.height() + "×" + size.width() + " pixels, not " + shape.height() + "×" + shape.width()
                    + " as the first image. Maybe height and width to resize all to?");
        }
    }

    byte[] read(Path file) throws UnreadableException {
        return InputFile.read(file, () -> {
            PictureFile.Stored stored = new PictureFile(file).read();
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
        int[] rgb = gray ? gray(image.getRaster()) : image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        for (int i = 0; i < count; i++) {
            int red = rgb[i] >> 16 & 255;
            int green = rgb[i] >> 8 & 255;
            int blue = rgb[i] & 255;
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

    /** The samples themselves: Java would take them as linear light, and brighten them. */
    private static int[] gray(Raster raster) {
        int[] rgb = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (int[]) null);
        int greatest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (int) Math.round(255.0 * rgb[i] / greatest) * 0x010101;
        }
        return rgb;
    }

    /** Each pixel becomes the mean over the area that it covers. */
    private void resize(int[] plane, int rows, int columns, byte[] into, int from) {
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
