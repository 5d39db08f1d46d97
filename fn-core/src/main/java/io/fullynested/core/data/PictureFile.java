package io.fullynested.core.data;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A file with a picture: PNG, JPEG, GIF, BMP or TIFF; or a part of a file that holds many.
 *
 * @param file  that the bytes lie in
 * @param entry what they are called there; empty if they are all of the file
 * @param from  where they begin
 * @param size  how many they are
 */
record PictureFile(Path file, String entry, long from, long size) {

    /** What people call pictures, whether they can be read here or not. */
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "dib", "tif", "tiff", "webp", "heic", "heif", "avif",
            "jp2", "jxl");
    /** Of a pixel while it is decoded: as it comes, as RGB and as planes, upright. */
    private static final int BYTES_PER_PIXEL = 24;

    private interface Reading<T> {
        T read(ImageReader reader) throws IOException;
    }

    /** A picture as it is stored, and how to turn it. */
    record Stored(BufferedImage image, Orientation orientation) {
    }

    /** All of a file. */
    PictureFile(Path file) {
        this(file, "", 0, Long.MAX_VALUE);
    }

    /** What it is called in messages. */
    Path path() {
        return entry.isEmpty() ? file : file.resolve(entry);
    }

    private ImageInputStream stream() throws IOException {
        return entry.isEmpty() ? ImageIO.createImageInputStream(file.toFile()) : stream(bytes());
    }

    /** What Java would make itself of bytes goes through a temporary file. */
    private static ImageInputStream stream(byte[] bytes) {
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
    }

    /** The bytes as they are stored. */
    byte[] bytes() throws IOException {
        if (entry.isEmpty()) {
            return Files.readAllBytes(file);
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
        try (FileChannel channel = FileChannel.open(file)) {
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                // goes on where the last read ended
            }
        }
        if (bytes.hasRemaining()) {
            throw new EOFException();
        }
        return bytes.array();
    }

    /** Whether a file of this name is meant to be a picture. */
    static boolean isNamedAsPicture(String name) {
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** Whether it is meant to be a picture, or is one. */
    boolean isPicture() throws IOException {
        if (isNamedAsPicture(path().getFileName().toString())) {
            return true;
        }
        try (ImageInputStream in = stream()) {
            return in != null && ImageIO.getImageReaders(in).hasNext();
        }
    }

    /** The size at which it is seen; its channels count for nothing. */
    Shape shape() throws UnreadableException {
        return open(this::stream, reader -> {
            boolean swaps = orientation(reader).swaps();
            int height = reader.getHeight(0);
            int width = reader.getWidth(0);
            return Shape.image(1, swaps ? width : height, swaps ? height : width);
        });
    }

    /**
     * Looks whether it is all there, as far as that shows without decoding it.
     *
     * @return its size
     * @throws UnreadableException if it is none, cut short, or more than the memory holds
     */
    Shape check() throws UnreadableException {
        Shape shape = shape();
        InputFile.bytes(path(), BYTES_PER_PIXEL, Long.MAX_VALUE, shape.height(), shape.width());
        if (!InputFile.read(path(), () -> PictureEnd.isThere(file, from, size))) {
            throw unreadable("it is truncated. Maybe a download that broke off?", null);
        }
        return shape;
    }

    Stored read() throws UnreadableException {
        byte[] bytes = InputFile.read(path(), this::bytes);
        return open(() -> stream(bytes), reader -> new Stored(whole(reader), mayTurn(reader, bytes) ? orientation(reader) : Orientation.NORMAL));
    }

    /** Whether there may be more to say of a PNG than that it is upright: the tree of all that is said of it takes as long as small ones take to decode. */
    private static boolean mayTurn(ImageReader reader, byte[] bytes) throws IOException {
        return !reader.getFormatName().equalsIgnoreCase("png") || Orientation.isSaid(bytes);
    }

    private static Orientation orientation(ImageReader reader) throws IOException {
        return reader.getFormatName().toLowerCase(Locale.ROOT).matches("jpe?g|png|tiff?") ? Orientation.of(reader) : Orientation.NORMAL;
    }

    /** Java reads a JPEG that was cut short as gray from there on, and only warns. */
    private static BufferedImage whole(ImageReader reader) throws IOException {
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        BufferedImage image = reader.read(0);
        if (warnings.stream().anyMatch(warning -> warning.startsWith("Truncated"))) {
            throw new IOException("it is truncated. Maybe a download that broke off?");
        }
        return image;
    }

    private <T> T open(InputFile.Reading<ImageInputStream> stream, Reading<T> reading) throws UnreadableException {
        return InputFile.read(path(), () -> {
            try (ImageInputStream in = stream.read()) {
                Iterator<ImageReader> readers = in == null ? null : ImageIO.getImageReaders(in);
                if (readers == null || !readers.hasNext()) {
                    throw new IOException("neither PNG nor JPEG, GIF, BMP or TIFF");
                }
                ImageReader reader = readers.next();
                try {
                    reader.setInput(in, true, false);
                    return reading.read(reader);
                } finally {
                    reader.dispose();
                }
            } catch (IOException | RuntimeException e) {
                throw unreadable(e.getMessage() == null ? "it is damaged" : e.getMessage(), e);
            }
        });
    }

    private UnreadableException unreadable(String problem, Exception e) {
        return new UnreadableException(path(), "not an image that can be read: " + problem, e);
    }
}
