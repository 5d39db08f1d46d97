package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PrintableWriterTest {

    @Test
    void namesCannotMoveTheCursorNorHide() {
        StringWriter shown = new StringWriter();
        PrintWriter out = new PrintWriter(new PrintableWriter(shown), true);
        out.print("a\u001b[2Jb\u001b]0;title\u0007\u009b1A\u001b[8mhidden\rfine");
        out.println('\b');
        assertThat(shown.toString()).isEqualTo("a\\x1b[2Jb\\x1b]0;title\\x07\\x9b1A\\x1b[8mhidden\\x0dfine\\x08" + System.lineSeparator());
    }

    @Test
    void stylesOfHelpAreLeft() {
        StringWriter shown = new StringWriter();
        new PrintWriter(new PrintableWriter(shown), true).print("\u001b[1mfn\u001b[21m\u001b[0m \u001b[33mFILE\u001b[39m\u001b[0m\tä → █\n");
        assertThat(shown.toString()).isEqualTo("\u001b[1mfn\u001b[21m\u001b[0m \u001b[33mFILE\u001b[39m\u001b[0m\tä → █\n");
    }
}
