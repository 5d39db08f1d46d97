package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CompletionCommandTest {

    @Test
    void theScriptIsThereToItsEnd() {
        StringWriter out = new StringWriter();
        // a writer that holds what it is given until it is flushed, as the one of a program does
        assertThat(Main.run(new PrintWriter(out, true), new PrintWriter(System.err), "completion")).isZero();
        assertThat(out.toString()).contains("_picocli_fn_run", "complete -F _complete_fn").endsWith(System.lineSeparator()).hasSizeGreaterThan(41_000);
    }
}
