package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is hard-wired: the whole program, loaded once more with lines of service files taken out, lacks what they name. */
class ServiceFileTest {

    private static final String SERVICES = "META-INF/services/" + FullyNestedPlugin.class.getName();

    @TempDir
    private Path folder;

    /** The class path once more, without some lines of its service files. */
    private URLClassLoader without(List<String> plugins) {
        URL[] classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of).map(ServiceFileTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                if (!name.equals(SERVICES)) {
                    return super.getResources(name);
                }
                List<URL> files = new ArrayList<>();
                for (URL file : Collections.list(super.getResources(name))) {
                    try (var in = file.openStream()) {
                        String kept = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !plugins.contains(line))
                                .collect(Collectors.joining("\n"));
                        files.add(url(Files.writeString(folder.resolve("services" + files.size()), kept)));
                    }
                }
                return Collections.enumeration(files);
            }
        };
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TinyProject.Outcome fnWithout(List<String> plugins, String... args) throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        try (URLClassLoader loader = without(plugins)) {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                Method run = loader.loadClass(Main.class.getName()).getDeclaredMethod("run", PrintWriter.class, PrintWriter.class, String[].class);
                run.setAccessible(true);
                int code = (int) run.invoke(null, new PrintWriter(out, true), new PrintWriter(err, true), args);
                return new TinyProject.Outcome(code, out.toString(), err.toString());
            } finally {
                thread.setContextClassLoader(before);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "io.fullynested.core.block.BlocksPlugin io.fullynested.mobile.MobilePlugin|block|"
                    + "tiny.yaml:5: network.blocks[0].kind: no plugin on the path provides block 'conv'. There is none at all",
            "io.fullynested.core.data.DataPlugin|data source|tiny.yaml:1: data.kind: no plugin on the path provides data source 'idx'. "
                    + "There is none at all",
            "io.fullynested.core.quantize.QuantizersPlugin|quantizer|no plugin on the path provides quantizer 'mid-rise'. There is none at all",
            "io.fullynested.search.SearchPlugin|search strategy|no plugin on the path provides search strategy 'racing-greedy'. There is none at all",
            "io.fullynested.training.TrainingPlugin|ordered dropout|no plugin on the path provides ordered dropout 'uniform'. There is none at all",
            "io.fullynested.hardware.HardwarePlugin|cost model|tiny.yaml:16: search.budgets[0].macs: no plugin on the path provides cost model "
                    + "'macs'. There is none at all"})
    void withoutItsLineAPluginIsNotThere(String lines, String noun, String message) throws Exception {
        List<String> plugins = List.of(lines.split(" "));
        var listed = fnWithout(plugins, "plugins");
        assertThat(listed.out()).doesNotContain(plugins).contains("no plugin on the path provides a " + noun + System.lineSeparator());
        assertThat(listed.code()).isZero();
        var run = fnWithout(plugins, "run", TinyProject.in(folder).path("tiny.yaml").toString(), "--out", folder.resolve("out").toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void withAllLinesNothingIsMissing() throws Exception {
        var listed = fnWithout(List.of(), "plugins");
        assertThat(listed.out()).contains("BlocksPlugin", "HardwarePlugin").doesNotContain("no plugin");
        assertThat(listed.code()).isZero();
    }
}
