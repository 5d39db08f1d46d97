package io.fullynested.core.data;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures whose pixels are classes: the samples of a gray picture, or the indices of one with a palette. All are held in memory, a byte per
 * pixel.
 *
 * @param masks of one image each
 */
record Masks(List<byte[]> masks) {

    /** The class that pixels have which do not count, as Pascal VOC has it. */
    private static final int VOID = 255;
    private static final String FOLDER = "masks";

    /** The folder of pictures beside that of masks. */
    static Path images(Path set) throws UnreadableException {
        Path images = set.resolve("images");
        if (!Files.isDirectory(images) || !Files.isDirectory(set.resolve(FOLDER))) {
            throw new UnreadableException(set, "there are no folders 'images' and 'masks' in it, of pictures of the same names");
        }
        return images;
    }

    /**
     * Reads the masks of pictures.
     *
     * @param shape what pictures become; masks become as large, by the nearest pixel
     */
    static Masks read(Path set, List<Path> pictures, Shape shape) throws IOException {
        List<byte[]> masks = new ArrayList<>();
        for (Path picture : pictures) {
            String name = picture.getFileName().toString();
            Path file = set.resolve(FOLDER).resolve(name.substring(0, name.lastIndexOf('.')) + ".png");
            if (!Files.isRegularFile(file)) {
                throw new UnreadableException(file, "there is no such mask of " + name);
            }
            masks.add(InputFile.read(file, () -> classes(file, new PictureFile(file).read().image(), shape)));
        }
        return new Masks(masks);
    }

    private static byte[] classes(Path file, BufferedImage image, Shape shape) throws IOException {
        Raster raster = image.getRaster();
        if (raster.getNumBands() != 1) {
            throw new UnreadableException(file, "a mask has one number for each pixel, its class; this picture has " + raster.getNumBands()
                    + ". Maybe save it in gray, or with a palette?");
        }
        byte[] classes = new byte[shape.height() * shape.width()];
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                int row = (2 * y + 1) * raster.getHeight() / (2 * shape.height());
                int column = (2 * x + 1) * raster.getWidth() / (2 * shape.width());
                classes[y * shape.width() + x] = (byte) raster.getSample(column, row, 0);
            }
        }
        return classes;
    }

    /** All classes that are there, once each. */
    int[] distinct() {
        return masks.stream().flatMapToInt(mask -> Arrays.stream(Labels.unsigned(mask)).distinct()).filter(label -> label != VOID).distinct().toArray();
    }

    void read(int index, float[] into, int from) {
        byte[] mask = masks.get(index);
        for (int i = 0; i < mask.length; i++) {
            int label = Byte.toUnsignedInt(mask[i]);
            into[from + i] = label == VOID ? -1 : label;
        }
    }
}
