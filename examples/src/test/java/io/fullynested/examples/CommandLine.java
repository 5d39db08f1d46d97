package io.fullynested.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;

/** {@code ./fn} within this program. */
final class CommandLine {

    private CommandLine() {
    }

    /** Runs a command that must go well, and gives what it says. */
    static String fn(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), Stream.of(words).map(Object::toString).toArray(String[]::new));
        assertThat(code).as("%s%s", out, err).isZero();
        return out.toString();
    }
}
