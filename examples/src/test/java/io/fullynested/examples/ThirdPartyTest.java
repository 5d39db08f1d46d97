package io.fullynested.examples;

import static io.fullynested.examples.CommandLine.fn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.onnx.OnnxFile;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * A stranger's project from {@code ./fn new-plugin} to exported files: compiled against fn-api alone, its contracts run by JUnit, its
 * jar used through {@code --plugin-path}. {@code .ci/run} does the same with Maven.
 */
class ThirdPartyTest {

    @TempDir
    private Path folder;

    @Test
    void aNewPluginCompilesKeepsItsContractsTrainsSearchesAndExports() throws Exception {
        Path project = folder.resolve("blur");
        fn("new-plugin", "blur-2d", "--dir", project, "--package", "org.example.vision");
        Path classes = project.resolve("target/classes");
        Path api = Path.of(FullyNestedPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        compile(project.resolve("src/main/java"), classes, api.toString());
        Path jar = project.resolve("target/blur-2d-1.0.jar");
        run("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), ".", "-C", project.resolve("src/main/resources").toString(), "."));

        TestExecutionSummary contracts = runContracts(project, jar);
        StringWriter failures = new StringWriter();
        contracts.printFailuresTo(new PrintWriter(failures));
        assertThat(contracts.getTotalFailureCount()).as(failures.toString()).isZero();
        assertThat(contracts.getTestsSucceededCount()).isEqualTo(7 + 5 + 3);

        Sample.write(folder);
        Path yaml = project.resolve("blur-2d.yaml");
        Files.writeString(yaml, Files.readString(yaml).replaceFirst("epochs: \\d+", "epochs: 1, recalibration-images: 64"));
        Path out = folder.resolve("out");
        String told = fn("run", yaml, "--base", folder, "--plugin-path", jar.getParent(), "--out", out, "--threads", 1, "--set", "export.names=long");
        assertThat(told).contains("onnxruntime agrees on 100.00 %");
        Path onnx = out.resolve("models/half.onnx");
        assertThat(OnnxFile.read(onnx).proto().getGraph().getNodeList()).anyMatch(node -> node.getName().contains("conv2/gate"));
        fn("verify", onnx, "--data", yaml, "--base", folder, "--plugin-path", jar.getParent(), "--threads", 1);
    }

    private static TestExecutionSummary runContracts(Path project, Path jar) throws IOException {
        Path tests = project.resolve("target/test-classes");
        compile(project.resolve("src/test/java"), tests, jar + File.pathSeparator + System.getProperty("java.class.path"));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        URL[] path = {jar.toUri().toURL(), tests.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path, before)) {
            thread.setContextClassLoader(loader);
            SummaryGeneratingListener summary = new SummaryGeneratingListener();
            LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClasspathRoots(Set.of(tests))).build(), summary);
            return summary.getSummary();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void compile(Path sources, Path classes, String classPath) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-Xlint:all,-path,-classfile", "-Werror", "--release", "17", "-d", classes.toString(), "-cp", classPath));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        run("javac", arguments);
    }

    private static void run(String tool, List<String> arguments) {
        StringWriter told = new StringWriter();
        PrintWriter writer = new PrintWriter(told);
        assertThat(ToolProvider.findFirst(tool).orElseThrow().run(writer, writer, arguments.toArray(String[]::new))).as("%s", told).isZero();
    }
}
