package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/plugins.md says is so: its files make a plugin that works, and its mistakes lead to its messages. */
class PluginPageTest {

    private static final Pattern FILE = Pattern.compile("(?ms)^`([^`\n]+)`[^\n]*\n```\\w*\n(.*?)^```$");
    private static final String VERSION = "0.1.0-SNAPSHOT";
    private static final String SERVICES = "src/main/resources/META-INF/services/io.fullynested.api.plugin.FullyNestedPlugin";

    @TempDir
    private Path folder;
    private TinyProject project;
    private String page;

    @BeforeEach
    void read() throws IOException {
        project = TinyProject.in(folder);
        page = Files.readString(DocumentsTest.ROOT.resolve("docs/plugins.md"));
    }

    private Map<String, String> files() {
        return FILE.matcher(page).results().collect(Collectors.toMap(file -> file.group(1), file -> file.group(2)));
    }

    /** Compiles the page's files against the API alone, and packs them but for one class. */
    private void build(Map<String, String> files, String leftOut) throws Exception {
        Path api = Path.of(FullyNestedPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path classes = folder.resolve("classes");
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-Xlint:all", "-Werror", "--release", "17", "-d", classes.toString(),
                "-cp", api.toString()));
        for (Map.Entry<String, String> file : files.entrySet()) {
            if (file.getKey().endsWith(".java")) {
                Path source = folder.resolve(file.getKey());
                Files.createDirectories(source.getParent());
                arguments.add(Files.writeString(source, file.getValue()).toString());
            }
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new))).isZero();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "1.0");
        Path jar = Files.createDirectories(project.path("target")).resolve("gated-1.0.jar");
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream packed = new JarOutputStream(out, manifest);
             Stream<Path> compiled = Files.walk(classes)) {
            for (Path file : compiled.filter(path -> path.toString().endsWith(".class") && !path.endsWith(leftOut)).toList()) {
                packed.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, packed);
            }
            packed.putNextEntry(new JarEntry(SERVICES.substring(SERVICES.indexOf("META-INF"))));
            packed.write(files.get(SERVICES).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void itsPluginIsListedSearchedByTrainedAndExported() throws Exception {
        build(files(), "nothing");
        String listing = page.substring(page.indexOf("```text\n") + 8, page.indexOf("```\n\nWith `--verbose`"));
        var listed = project.fn("plugins", "--plugin-path", "@target");
        assertThat(listed.code()).isZero();
        assertThat(listed.out().replace(System.lineSeparator(), "\n")).contains(listing);
        assertThat(project.fn("reference", "--plugin-path", "@target").out()).contains("#### kind: gated-conv", "| `traffic` | bytes |");

        project.yaml("gated.yaml", files().get("gated.yaml"));
        var described = project.fn("inspect", "@gated.yaml", "--select", "", "--plugin-path", "@target");
        // 14×14 pixels of 8, 16 and 16 channels, and 10 logits
        assertThat(described.out()).contains("conv2.channels", "[4, 8, 12, 16]", "conv2/gate ", "traffic 7,850");

        project.images("data/fashion-mnist/train", 300, 28, 10, new Random(1));
        project.images("data/fashion-mnist/validation", 100, 28, 10, new Random(2));
        project.images("data/fashion-mnist/t10k", 100, 28, 10, new Random(3));
        var run = project.fn("run", "@gated.yaml", "--plugin-path", "@target", "--out", "@out");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(project.content("out")).contains("models/small.onnx");
    }

    @Test
    void itsPomAsksForTheApiOfThisVersionAndNothingElse() throws IOException {
        String own = Files.readString(DocumentsTest.ROOT.resolve("pom.xml"));
        assertThat(own).contains("<artifactId>fully-nested</artifactId>\n  <version>" + VERSION + "</version>");
        String pom = files().get("pom.xml");
        assertThat(Pattern.compile("<dependency>").matcher(pom).results()).hasSize(1);
        assertThat(pom).contains("<artifactId>fn-api</artifactId>\n      <version>" + VERSION + "</version>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            SERVICES + "|GatedPlugin|GatedPlugins|nothing|there is no such class",
            "src/main/java/com/example/GatedPlugin.java|implements FullyNestedPlugin {|implements FullyNestedPlugin { "
                    + "public GatedPlugin(int x) { }|nothing|it has no public constructor without arguments",
            "src/main/java/com/example/GatedPlugin.java|\"gated-conv\"|\"gatedConv\"|nothing"
                    + "|its block 'gatedConv' must be named in kebab case, like 'squeeze-excite'",
            "src/main/java/com/example/GatedConv.java|@Option(value = \"output channels\", min = 1) int|int|nothing"
                    + "|its block 'gated-conv' has an option 'channels' without @Option",
            SERVICES + "|GatedPlugin|GatedPlugin|Traffic.class|it needs class com.example.Traffic, which is not there"}, quoteCharacter = '~')
    void itsMistakesLeadToItsMessages(String file, String right, String wrong, String leftOut, String message) throws Exception {
        Map<String, String> files = files();
        assertThat(files.get(file)).contains(right);
        files.computeIfPresent(file, (name, text) -> text.replace(right, wrong));
        build(files, leftOut);
        var listed = project.fn("plugins", "--plugin-path", "@target");
        assertThat(listed.out()).contains("not loaded: com.example.GatedPlugin").contains("(gated-1.0.jar): " + message + System.lineSeparator());
        assertThat(listed.code()).isOne();
        assertThat(page).contains("| `" + message + "` |");
    }

    @Test
    void whatItsBlockRefusesIsShownAsThePageSays() throws Exception {
        build(files(), "nothing");
        project.yaml("gated.yaml", files().get("gated.yaml").replace("channels: 16}", "channels: 16, kernel: 4}"));
        var refused = project.fn("inspect", "@gated.yaml", "--plugin-path", "@target");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(page).contains("\n" + refused.err().replace(folder + "/", "").strip() + "\n");
    }

    @Test
    void aKindThatIsThereAlreadyIsRefusedAsThePageSays() throws Exception {
        Map<String, String> files = files();
        files.replaceAll((name, text) -> text.replace("\"gated-conv\"", "\"conv\""));
        build(files, "nothing");
        var refused = project.fn("inspect", "@tiny.yaml", "--plugin-path", "@target");
        assertThat(refused.code()).isEqualTo(2);
        // in a jar only when it is run from one
        String refusal = refused.err().replaceFirst("BlocksPlugin \\([^)]*\\)", "BlocksPlugin (fn-core-" + VERSION + ".jar)").strip();
        assertThat(page).contains("\n" + refusal + "\n");
    }
}
