package io.fullynested.core.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import javax.imageio.metadata.IIOMetadataNode;
import org.w3c.dom.NodeList;

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

    private static final String PNG = "javax_imageio_png_1.0";
    private static final byte[] EXIF = "eXIf".getBytes(StandardCharsets.US_ASCII);
    private static final int TAG = 0x0112;
    private static final int ENTRY = 12;

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
            if (metadata.getNativeMetadataFormatName().equals(PNG)) {
                return png((IIOMetadataNode) metadata.getAsTree(PNG));
            }
            IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(IIOMetadataFormatImpl.standardMetadataFormatName);
            IIOMetadataNode node = (IIOMetadataNode) root.getElementsByTagName("ImageOrientation").item(0);
            String word = node == null ? "Normal" : node.getAttribute("value");
            return Arrays.stream(values()).filter(one -> one.word.equalsIgnoreCase(word)).findFirst().orElse(NORMAL);
        } catch (IOException | RuntimeException e) {
            return NORMAL;
        }
    }

    /** Whether the bytes of a PNG may have the chunk that says how it is turned. */
    static boolean isSaid(byte[] png) {
        for (int i = 0; i + EXIF.length <= png.length; i++) {
            if (png[i] == EXIF[0] && Arrays.equals(png, i, i + EXIF.length, EXIF, 0, EXIF.length)) {
                return true;
            }
        }
        return false;
    }

    /** Of the chunk eXIf (PNG 1.5 extensions, 3.7), which Java knows nothing of. */
    private static Orientation png(IIOMetadataNode root) {
        NodeList chunks = root.getElementsByTagName("UnknownChunk");
        for (int i = 0; i < chunks.getLength(); i++) {
            IIOMetadataNode chunk = (IIOMetadataNode) chunks.item(i);
            if (chunk.getAttribute("type").equals("eXIf")) {
                return exif(ByteBuffer.wrap((byte[]) chunk.getUserObject()));
            }
        }
        return NORMAL;
    }

    /** A TIFF header (TIFF 6.0, section 2): byte order, place of the first directory; in it how many entries, then tag, type, count and value of each. */
    private static Orientation exif(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = Short.toUnsignedInt(tiff.getShort(directory));
        for (int entry = directory + 2; entry < directory + 2 + ENTRY * entries; entry += ENTRY) {
            int value = tiff.getShort(entry + 8);
            if (tiff.getShort(entry) == TAG && value >= 1 && value <= values().length) {
                return values()[value - 1];
            }
        }
        return NORMAL;
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
