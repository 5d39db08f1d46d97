package io.fullynested.core.data;

import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import javax.imageio.metadata.IIOMetadataNode;

/**
 * How a picture is to be turned to be seen upright (Exif 2.3, tag 0x0112): cameras store it as the sensor lies.
 *
 * @see <a href="https://docs.oracle.com/en/java/javase/17/docs/api/java.desktop/javax/imageio/metadata/doc-files/standard_metadata.html">ImageOrientation</a>
 */
enum Orientation {
    NORMAL("Normal", false, false, false),
    FLIPPED("FlipH", false, true, false),
    UPSIDE_DOWN("Rotate180", false, true, true),
    MIRRORED("FlipV", false, false, true),
    TRANSPOSED("FlipVRotate90", true, false, false),
    CLOCKWISE("Rotate270", true, false, true),
    TRANSVERSE("FlipHRotate90", true, true, true),
    COUNTERCLOCKWISE("Rotate90", true, true, false);

    private final String word;
    private final boolean swap;
    private final boolean flipColumn;
    private final boolean flipRow;

    Orientation(String word, boolean swap, boolean flipColumn, boolean flipRow) {
        this.word = word;
        this.swap = swap;
        this.flipColumn = flipColumn;
        this.flipRow = flipRow;
    }

    /** Of the first picture of a file; upright where nothing, or nothing that can be read, is said. */
    static Orientation of(ImageReader reader) {
        try {
            IIOMetadata metadata = reader.getImageMetadata(0);
            IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(IIOMetadataFormatImpl.standardMetadataFormatName);
            IIOMetadataNode node = (IIOMetadataNode) root.getElementsByTagName("ImageOrientation").item(0);
            String word = node == null ? "Normal" : node.getAttribute("value");
            return Arrays.stream(values()).filter(one -> one.word.equalsIgnoreCase(word)).findFirst().orElse(NORMAL);
        } catch (IOException | RuntimeException e) {
            return NORMAL;
        }
    }

    /** Whether rows become columns. */
    boolean swaps() {
        return swap;
    }

    /** A plane as it is seen; {@code rows} and {@code columns} are those of the file. */
    int[] upright(int[] plane, int rows, int columns) {
        if (this == NORMAL) {
            return plane;
        }
        int height = swap ? columns : rows;
        int width = swap ? rows : columns;
        int[] upright = new int[plane.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = swap ? x : y;
                int column = swap ? y : x;
                upright[y * width + x] = plane[(flipRow ? rows - 1 - row : row) * columns + (flipColumn ? columns - 1 - column : column)];
            }
        }
        return upright;
    }
}
