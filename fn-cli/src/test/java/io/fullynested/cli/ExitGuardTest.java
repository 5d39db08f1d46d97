package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitGuardTest {

    private static final StackTraceElement SHUTDOWN = frame("java.lang.Shutdown", "exit");
    private static final StackTraceElement RUNTIME = frame("java.lang.Runtime", "exit");
    private static final StackTraceElement SYSTEM = frame("java.lang.System", "exit");

    private static StackTraceElement frame(String type, String method) {
        return new StackTraceElement(type, method, "A.java", 1);
    }

    private static List<StackTraceElement[]> stack(StackTraceElement... frames) {
        return List.of(new StackTraceElement[] {frame("java.lang.Object", "wait")}, frames);
    }

    @Test
    void onlyOthersAreToldOf() {
        assertThat(ExitGuard.culprit(stack(SHUTDOWN, RUNTIME, SYSTEM, frame("com.example.Gate", "build")))).contains("com.example.Gate");
        assertThat(ExitGuard.culprit(stack(SHUTDOWN, RUNTIME, frame("com.example.Gate", "build")))).contains("com.example.Gate");
        assertThat(ExitGuard.culprit(stack(SHUTDOWN, RUNTIME, SYSTEM, frame("io.fullynested.cli.Main", "main")))).isEmpty();
        assertThat(ExitGuard.culprit(stack(SHUTDOWN, frame("java.lang.Terminator$1", "handle"), frame("jdk.internal.misc.Signal$1", "run")))).isEmpty();
    }

    @Test
    void aPluginThatEndsTheProgramIsNamedAndTheCommandHasFailed(@TempDir Path folder) throws Exception {
        TinyProject project = TinyProject.in(folder);
        PluginProject.in(project).change("src/main/java/com/example/acme/AcmePlugin.java", "return \"acme\";",
                "System.exit(0); return \"acme\";").build();
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
                "io.fullynested.cli.Main", "inspect", project.path("tiny.yaml").toString(), "--plugin-path", project.path("acme/target").toString())
                .redirectErrorStream(true).start();
        String told = text(process);
        assertThat(process.waitFor()).isEqualTo(Failure.FAILED);
        assertThat(told.strip()).endsWith("The plugin class com.example.acme.AcmePlugin (acme-1.0.jar) ended the program: it calls System.exit. What was under way is not done");
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
