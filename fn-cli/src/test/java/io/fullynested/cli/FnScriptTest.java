package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./fn} in a checkout that is built, with a Java that tells what it was started with. */
class FnScriptTest {

    @TempDir
    private Path checkout;

    private record Outcome(int code, String out, String err) {
    }

    @BeforeEach
    void build() throws IOException {
        assumeTrue(Files.exists(Path.of("/bin/bash")), "there is no bash");
        for (String script : new String[] {"fn", "native.sh", "launch.sh"}) {
            Files.copy(Path.of("..", script), checkout.resolve(script));
        }
        String modules = Files.readAllLines(checkout.resolve("fn")).stream().filter(line -> line.startsWith("modules=(")).findFirst().orElseThrow();
        for (String module : modules.replaceAll("modules=\\(|\\)", "").split(" ")) {
            Files.createDirectories(checkout.resolve(module));
        }
        Path lib = Files.createDirectories(checkout.resolve("fn-cli/target/lib"));
        Files.setLastModifiedTime(Files.createFile(checkout.resolve("pom.xml")), FileTime.from(Instant.EPOCH));
        Files.createFile(lib.resolve("picocli.jar"));
        Files.createFile(lib.resolveSibling("fn-cli-1.jar"));
        Files.createFile(lib.resolveSibling("classpath"));
        Path java = Files.createDirectories(checkout.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"$LC_ALL $*\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }

    private Outcome fn(String locale) throws IOException, InterruptedException {
        ProcessBuilder process = new ProcessBuilder("bash", checkout.resolve("fn").toString(), "inspect", "网 络.yaml");
        process.environment().put("JAVA_HOME", checkout.resolve("jdk").toString());
        process.environment().put("LC_ALL", locale);
        Process started = process.start();
        String out = new String(started.getInputStream().readAllBytes());
        String err = new String(started.getErrorStream().readAllBytes());
        return new Outcome(started.waitFor(), out.strip(), err.strip());
    }

    @Test
    void namesBeyondAsciiAreReadWhereTheLocaleKnowsNone() throws Exception {
        for (String locale : new String[] {"C", "POSIX"}) {
            Outcome started = fn(locale);
            assertThat(started.code()).as(started.err()).isZero();
            assertThat(started.out()).startsWith("C.UTF-8 ").contains("io.fullynested.cli.Main inspect ");
        }
        assertThat(fn("C.UTF-8").out()).startsWith("C.UTF-8 ");
    }

    /** As when another user built it for nobody else; a link that leads nowhere is unreadable for everybody. */
    @Test
    void aLibraryThatCannotBeReadIsNamed() throws Exception {
        Path library = checkout.resolve("fn-cli/target/lib/picocli.jar");
        Files.delete(library);
        Files.createSymbolicLink(library, checkout.resolve("nowhere"));
        Outcome refused = fn("C.UTF-8");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).isEqualTo(library + " cannot be read. Maybe its owner can: chmod -R a+rX " + checkout + "/fn-cli/target");
    }

    /** The super-user may write everywhere. */
    @Test
    void whereOneMayNotBuildWhatWasBuiltRuns() throws Exception {
        Path target = checkout.resolve("fn-cli/target");
        Files.setLastModifiedTime(checkout.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(100)));
        assumeTrue(target.toFile().setWritable(false) && !Files.isWritable(target), "permissions do not hold here");
        Outcome started = fn("C.UTF-8");
        assertThat(started.code()).as(started.err()).isZero();
        assertThat(started.out()).contains("io.fullynested.cli.Main inspect ");
        assertThat(started.err()).startsWith("note: sources in ").endsWith("This runs what was built");
        assertThat(target.toFile().setWritable(true)).isTrue();
    }
}
