package io.fullynested.core.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipException;

/** The door that every file comes in through: whatever goes wrong behind it is an {@link UnreadableException} that names the file. */
public final class InputFile {

    private static final long MEBIBYTE = 1 << 20;
    private static final String MORE = "Maybe a smaller file, or FN_JAVA_OPTIONS=-Xmx8g?";

    /** What is made of a file. */
    @FunctionalInterface
    public interface Reading<T> {
        /** Reads it; may throw whatever damaged bytes lead to. */
        T read() throws IOException;
    }

    private InputFile() {
    }

    /**
     * Reads a file.
     *
     * @throws UnreadableException if that fails in whatever way
     */
    public static <T> T read(Path file, Reading<T> reading) throws UnreadableException {
        try {
            return reading.read();
        } catch (UnreadableException e) {
            // it names what it is about
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new UnreadableException(file, problem(e), e);
        } catch (StackOverflowError e) {
            throw new UnreadableException(file, "damaged: it is nested too deep", e);
        } catch (OutOfMemoryError e) {
            throw new UnreadableException(file, "more than the memory of " + memory() + " holds. " + MORE, e);
        }
    }

    /** The lines of a text in UTF-8. */
    public static List<String> lines(Path file) throws UnreadableException {
        return read(file, () -> Files.readAllLines(file));
    }

    /** A text in UTF-8. */
    public static String text(Path file) throws UnreadableException {
        return read(file, () -> Files.readString(file));
    }

    /**
     * The place of a path that stands in a file.
     *
     * @throws UnreadableException if the file system knows no such names
     */
    public static Path resolve(Path base, String path) throws UnreadableException {
        try {
            return base.resolve(path);
        } catch (InvalidPathException e) {
            throw new UnreadableException(path, "no path of this system: " + e.getReason() + (path.chars().anyMatch(c -> c > 127)
                    ? ". Maybe LC_ALL=C.UTF-8?" : ""), e);
        }
    }

    /**
     * The product of the extents that a file announces, checked before memory is asked for.
     *
     * @param place   the file, for the message
     * @param element bytes of an element
     * @param left    bytes that the rest of the file holds; {@link Long#MAX_VALUE} if that shows only when it is unpacked
     * @param extents of the array, each 0 or more
     * @return bytes of the whole array
     * @throws UnreadableException if it holds fewer, or they are more than the memory has
     */
    public static int bytes(Object place, int element, long left, long... extents) throws UnreadableException {
        double bytes = element;
        for (long extent : extents) {
            bytes *= extent;
        }
        String announced = String.format("its header announces %.0f bytes of data for %s", bytes, Arrays.toString(extents));
        if (Arrays.stream(extents).anyMatch(extent -> extent < 0)) {
            throw new UnreadableException(place, "damaged; " + announced);
        }
        if (left < Long.MAX_VALUE && bytes > left) {
            throw new UnreadableException(place, "truncated; " + announced + ", it holds " + Math.max(0, left));
        }
        if (bytes > Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory())) {
            throw new UnreadableException(place, announced + ", more than " + (bytes > Integer.MAX_VALUE - 8 ? "the 2 GiB that are held in memory"
                    : "the memory of " + memory() + " holds. " + MORE));
        }
        return (int) bytes;
    }

    private static String memory() {
        return Runtime.getRuntime().maxMemory() / MEBIBYTE + " MiB";
    }

    /** In words where Java only names a file. */
    public static String reason(FileSystemException e) {
        return e instanceof NoSuchFileException ? "there is no such file" : e instanceof AccessDeniedException ? "access is denied"
                : e instanceof FileAlreadyExistsException ? "it is there already" : e instanceof NotDirectoryException ? "it is not a folder"
                : e instanceof DirectoryNotEmptyException ? "it is a folder that is not empty"
                : e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    private static String problem(Exception e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        if (e instanceof UncheckedIOException unchecked) {
            return problem(unchecked.getCause());
        }
        if (e instanceof FileSystemException system) {
            return reason(system);
        }
        if (e instanceof CharacterCodingException) {
            return "it is not UTF-8 text";
        }
        if (e instanceof EOFException || e instanceof ZipException) {
            return "truncated or damaged" + (message.isEmpty() ? "" : ": " + message);
        }
        boolean told = e instanceof IOException || e instanceof IllegalArgumentException && !(e instanceof NumberFormatException);
        // what others say is about a line of the reader
        return told && !message.isEmpty() ? message : "damaged, or of another kind" + (e instanceof NumberFormatException && !message.isEmpty() ? ": " + message : "");
    }
}
