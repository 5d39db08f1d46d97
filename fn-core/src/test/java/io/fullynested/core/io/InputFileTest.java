package io.fullynested.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InputFileTest {

    private static final Path FILE = Path.of("folder", "a\u001b[2J\n.bin");
    private static final String SHOWN = FILE.toString().replace("\u001b", "\\x1b").replace("\n", "\\n");

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("a.bin"), "there is no such file"),
                Arguments.of(new UncheckedIOException(new NoSuchFileException("a.bin")), "there is no such file"),
                Arguments.of(new MalformedInputException(1), "it is not UTF-8 text"),
                Arguments.of(new EOFException("end"), "truncated or damaged: end"),
                Arguments.of(new IOException("of\u0007another kind"), "of\\x07another kind"),
                Arguments.of(new IOException((String) null), "damaged, or of another kind"),
                Arguments.of(new IllegalArgumentException("a label without a class"), "a label without a class"),
                Arguments.of(new NumberFormatException("For input string: \"x\""), "damaged, or of another kind: For input string: \"x\""),
                Arguments.of(new ArrayIndexOutOfBoundsException(7), "damaged, or of another kind"),
                Arguments.of(new NullPointerException("Cannot invoke \"x.y()\" because \"<local4>\" is null"), "damaged, or of another kind"),
                Arguments.of(new BufferUnderflowException(), "damaged, or of another kind"),
                Arguments.of(new StackOverflowError(), "damaged: it is nested too deep"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whateverGoesWrongNamesTheFile(Throwable fault, String problem) {
        assertThatThrownBy(() -> InputFile.read(FILE, () -> {
            throw sneaky(fault);
        })).isInstanceOf(UnreadableException.class).hasMessage(SHOWN + ": " + problem).hasCause(fault);
    }

    // safe: erased, so that nothing is cast
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable fault) throws T {
        throw (T) fault;
    }

    @Test
    void whatNamesAFileAlreadyIsPassedOn() {
        UnreadableException inner = new UnreadableException("other.bin:3", "no number");
        assertThatThrownBy(() -> InputFile.read(FILE, () -> {
            throw inner;
        })).isSameAs(inner).hasMessage("other.bin:3: no number");
    }

    @Test
    void whatIsMoreThanTheMemoryHoldsIsAboutTheFileNotTheNetwork() {
        assertThatThrownBy(() -> InputFile.read(FILE, () -> new long[Integer.MAX_VALUE][Integer.MAX_VALUE]))
                .isInstanceOf(UnreadableException.class).hasMessageStartingWith(SHOWN + ": more than the memory of ").hasMessageContaining("FN_JAVA_OPTIONS=-Xmx8g");
    }

    @Test
    void sizesAreCheckedBeforeMemoryIsAskedFor() throws IOException {
        assertThat(InputFile.bytes(FILE, 4, 24, 2, 3)).isEqualTo(24);
        assertThat(InputFile.bytes(FILE, 4, 0, 2, 0, Long.MAX_VALUE)).isZero();
        assertThatThrownBy(() -> InputFile.bytes(FILE, 4, 23, 2, 3)).hasMessage(SHOWN + ": truncated; its header announces 24 bytes of data for [2, 3], it holds 23");
        assertThatThrownBy(() -> InputFile.bytes(FILE, 1, 9, 2, -3)).hasMessageContaining("damaged; its header announces -6 bytes of data for [2, -3]");
        assertThatThrownBy(() -> InputFile.bytes(FILE, 8, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE)).hasMessageContaining("more than the 2 GiB");
        assertThatThrownBy(() -> InputFile.bytes(FILE, 1, Long.MAX_VALUE, 1L << 40)).hasMessageContaining("more than the 2 GiB");
    }

    @Test
    void textsAreUtf8() throws IOException {
        Path file = Files.createTempFile("text", ".txt");
        try {
            Files.writeString(file, "ä\nb\n");
            assertThat(InputFile.lines(file)).isEqualTo(List.of("ä", "b"));
            assertThat(InputFile.text(file)).isEqualTo("ä\nb\n");
            Files.write(file, new byte[] {(byte) 0xff});
            assertThatThrownBy(() -> InputFile.lines(file)).hasMessage(file + ": it is not UTF-8 text");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aPathThatThereCannotBeIsNamed() {
        assertThatThrownBy(() -> InputFile.resolve(Path.of("."), "a\0b")).isInstanceOf(UnreadableException.class)
                .hasMessageStartingWith("a\\x00b: no path of this system: ");
    }

    @Test
    void messagesAreOfBoundedLength() {
        String message = new UnreadableException("a.yaml", "x".repeat(3_000_000) + ". Maybe y?").getMessage();
        assertThat(message).hasSizeLessThan(1100).startsWith("a.yaml: xxx").contains("(3000018 characters)").endsWith("x. Maybe y?");
        assertThat(Printable.lines("a\n\tb\u001b[31m\u202ec\r")).isEqualTo("a\n\tb\\x1b[31m\\u202ec\\x0d");
    }
}
