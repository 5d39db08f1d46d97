package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The mistakes of a plugin's author lead to messages that name the jar, and docs/plugins.md shows them. */
class PluginMistakesTest {

    private static final String JAVA = "src/main/java/com/example/acme/";
    private static final String PLUGIN = JAVA + "AcmePlugin.java";
    private static final String CONV = JAVA + "AcmeConv.java";
    private static final String LATENCY = JAVA + "AcmeLatency.java";
    private static final String SERVICES = "src/main/resources/META-INF/services/io.fullynested.api.plugin.FullyNestedPlugin";
    private static final String BUILDER = "io/fullynested/api/block/BlockBuilder.java";
    private static final String RESULT = "return b.multiply(value, b.sigmoid(gate));";

    @TempDir
    private static Path elsewhere;
    private static PluginProject right;

    @TempDir
    private Path folder;
    private TinyProject project;
    private PluginProject plugin;
    private String page;

    @BeforeAll
    static void build() throws Exception {
        right = PluginProject.in(TinyProject.in(elsewhere)).build();
    }

    @BeforeEach
    void read() throws Exception {
        project = TinyProject.in(folder);
        plugin = right.copy(project);
        page = Files.readString(DocumentsTest.ROOT.resolve("docs/plugins.md"));
    }

    /** A mistake in a file, and the message that it leads to. */
    record Mistake(String file, String right, String wrong, String message) {
    }

    private String told(TinyProject.Outcome outcome, int code) {
        assertThat(outcome.code()).as(outcome.out() + outcome.err()).isEqualTo(code);
        String told = (outcome.out() + outcome.err()).replace(folder + "/", "").replace(System.lineSeparator(), "\n");
        assertThat(told).doesNotContain("\tat ", "went wrong");
        return told;
    }

    private void checkShown(String message) {
        assertThat(page.contains("`" + message + "`")).as("docs/plugins.md shows `%s`", message).isTrue();
    }

    static Stream<Mistake> loading() {
        return Stream.of(
                new Mistake(SERVICES, "AcmePlugin", "AcmePlugins",
                        "com.example.acme.AcmePlugins (acme-1.0.jar): there is no such class. Maybe the service file misspells it?"),
                new Mistake(PLUGIN, "implements FullyNestedPlugin {", "implements FullyNestedPlugin { public AcmePlugin(int x) { }",
                        "com.example.acme.AcmePlugin (acme-1.0.jar): it has no public constructor without arguments. Add one"),
                new Mistake(PLUGIN, "return \"acme\";", "throw new IllegalStateException(\"no licence\");",
                        "com.example.acme.AcmePlugin (acme-1.0.jar): IllegalStateException: no licence at AcmePlugin.java:14"),
                new Mistake(PLUGIN, "\"acme-conv\"", "\"acmeConv\"",
                        "com.example.acme.AcmePlugin (acme-1.0.jar): its block 'acmeConv' must be named in kebab case, like 'my-block'"),
                new Mistake(CONV, "@Option(value = \"output channels\", min = 1) int", "int",
                        "com.example.acme.AcmePlugin (acme-1.0.jar): its block 'acme-conv' has an option 'channels' without @Option"));
    }

    @ParameterizedTest
    @MethodSource("loading")
    void aPluginThatCannotBeLoadedIsReported(Mistake mistake) throws IOException {
        plugin.change(mistake.file(), mistake.right(), mistake.wrong()).build();
        assertThat(told(project.fn("plugins", "--plugin-path", "@acme/target"), 1)).contains("not loaded: " + mistake.message() + "\n");
        checkShown(mistake.message());
    }

    @Test
    void aPluginWithoutItsServiceFileIsReported() throws IOException {
        Files.move(plugin.path(SERVICES), plugin.path(SERVICES).resolveSibling("FullyNestedPlugin"));
        plugin.build();
        String message = "no jar in it (acme-1.0.jar) has the service file META-INF/services/io.fullynested.api.plugin.FullyNestedPlugin, "
                + "which names the plugin's class. Maybe rename META-INF/services/FullyNestedPlugin?";
        assertThat(told(project.fn("plugins", "--plugin-path", "@acme/target"), 1)).contains("not loaded: The plugin path acme/target: " + message + "\n");
        checkShown(message);
    }

    @Test
    void aPluginThatIsNotWholeIsReportedAndThoseWhoNeedItAreTold() throws IOException {
        plugin.build();
        Files.delete(plugin.path("target/classes/com/example/acme/AcmeLatency.class"));
        plugin.pack();
        String message = "com.example.acme.AcmePlugin (acme-1.0.jar): it needs class com.example.acme.AcmeLatency, which is not there. "
                + "Maybe put the jar that has it beside the plugin's?";
        checkShown(message);
        // nothing in tiny.yaml needs it
        assertThat(told(project.fn("inspect", "@tiny.yaml", "--plugin-path", "@acme/target"), 0)).contains("left out: " + message + "\n", "submodels");
        assertThat(told(project.fn("train", "@tiny.yaml", "--out", "@tiny.yaml", "--plugin-path", "@acme/target"), 2)).doesNotContain("left out");
        assertThat(told(project.fn("reference", "--plugin-path", "@acme/target"), 0)).contains("left out: " + message + "\n");
        assertThat(told(project.fn("inspect", "@acme/acme.yaml", "--plugin-path", "@acme/target"), 2)).contains("left out: " + message,
                "acme/acme.yaml:7: network.blocks[1].kind: no plugin on the path provides block 'acme-conv'. Maybe 'conv'? There are: ",
                "could not be loaded: " + message);
    }

    @Test
    void aPluginForANewerJavaIsReported() throws IOException {
        plugin.build();
        Path compiled = plugin.path("target/classes/com/example/acme/AcmePlugin.class");
        byte[] content = Files.readAllBytes(compiled);
        content[7] = 65;
        Files.write(compiled, content);
        plugin.pack();
        String message = "com.example.acme.AcmePlugin (acme-1.0.jar): it was compiled for Java 21, this is Java 17. Maybe compile it with --release 17, "
                + "or run a newer Java?";
        assertThat(told(project.fn("plugins", "--plugin-path", "@acme/target"), 1))
                .contains(message.replace("this is Java 17", "this is Java " + Runtime.version().feature()));
        checkShown(message);
    }

    static Stream<Mistake> using() {
        String block = "acme/acme.yaml:7: network.blocks[1]: block 'conv2', com.example.acme.AcmeConv (acme-1.0.jar), with input 16×14×14: ";
        return Stream.of(
                new Mistake("acme.yaml", "acme-conv, channels", "acme-conv, chanels",
                        "acme/acme.yaml:7: network.blocks[1].chanels: unknown key. Maybe 'channels'? (acme-conv of acme-1.0.jar)"),
                new Mistake("acme.yaml", "acme-conv, channels: 32", "acme-conv, channels: 32, kernel: 4",
                        "acme/acme.yaml:7: network.blocks[1]: kernel 4 has no middle. Maybe 5? (acme-conv of acme-1.0.jar)"),
                new Mistake(CONV, "byDefault = \"3\"", "byDefault = \"three\"",
                        "acme/acme.yaml:7: network.blocks[1].kernel: its default 'three': expected a whole number such as 3, 200_000 or 200k, "
                                + "found 'three' (acme-conv of acme-1.0.jar)"),
                new Mistake(CONV, RESULT, "return null;", block + "it hands on nothing where a signal of the builder is expected. "
                        + "Maybe return what the builder gave last?"),
                new Mistake(CONV, RESULT, "return b.add(value, x);", block + "'add' takes two signals of one shape, not 32×14×14 and 16×14×14"),
                new Mistake(CONV, RESULT, "String s = null; return b.scope(s.strip(), x, (y, inner) -> y);",
                        block + "it failed: NullPointerException: Cannot invoke \"String.strip()\" because \"<local6>\" is null at AcmeConv.java:27"),
                new Mistake(LATENCY, "return \"ms\";", "return \"ms\"; } @Override public double cost(Graph graph) { return -1;",
                        "The cost model 'acme-latency', com.example.acme.AcmeLatency (acme-1.0.jar), says -1.0 ms of the submodel activations.bits=6,conv1.channels=4,conv2.channels=8,weights.bits=4; "
                                + "a cost must be a number, 0 or more"),
                new Mistake(LATENCY, "return \"ms\";", "return \"ms\"; } @Override public double cost(Graph graph) { return graph.node(-1).hashCode();",
                        "The cost model 'acme-latency', com.example.acme.AcmeLatency (acme-1.0.jar), failed: "
                                + "ArrayIndexOutOfBoundsException: Index -1 out of bounds for length 19 at AcmeLatency.java:20"));
    }

    @ParameterizedTest
    @MethodSource("using")
    void whatAPluginDoesWrongIsToldWithItsJar(Mistake mistake) throws IOException {
        plugin.change(mistake.file(), mistake.right(), mistake.wrong()).build();
        assertThat(told(project.fn("inspect", "@acme/acme.yaml", "--plugin-path", "@acme/target"), 2)).isEqualTo(mistake.message() + "\n");
        checkShown(mistake.message());
    }

    @Test
    void theNextBlockTellsWhereAWrongShapeComesFrom() throws IOException {
        plugin.change(CONV, RESULT, "return b.globalAveragePool(value);")
                .change("acme.yaml", "    - {kind: global-average-pool}", "    - {kind: conv, channels: 8}").build();
        String message = "acme/acme.yaml:8: network.blocks[2]: block 'conv3' with input 32 from block 'conv2', "
                + "com.example.acme.AcmeConv (acme-1.0.jar): 'conv' takes an image, not 32 features";
        assertThat(told(project.fn("inspect", "@acme/acme.yaml", "--plugin-path", "@acme/target"), 2)).isEqualTo(message + "\n");
        checkShown(message);
    }

    @Test
    void aKindThatIsThereAlreadyIsRefused() throws IOException {
        plugin.change(PLUGIN, "\"acme-conv\"", "\"conv\"").build();
        // in a jar only when it is run from one
        String message = told(project.fn("inspect", "@tiny.yaml", "--plugin-path", "@acme/target"), 2)
                .replaceFirst("BlocksPlugin \\([^)]*\\)", "BlocksPlugin (fn-core-0.2.0-SNAPSHOT.jar)").strip();
        assertThat(message).contains("com.example.acme.AcmePlugin (acme-1.0.jar)");
        checkShown(message);
    }

    @Test
    void whatANewerApiHasIsMissedWhereverItIsCalled() throws IOException {
        plugin.withNewerApi(BUILDER, "Signal softmax(Signal x);", "\n default Signal twice(Signal x) { return add(x, x); }")
                .change(CONV, RESULT, "return b.twice(value);").build();
        String message = "acme/acme.yaml:7: network.blocks[1]: block 'conv2', com.example.acme.AcmeConv (acme-1.0.jar), with input 16×14×14: it failed: "
                + "it was built against another version of fn-api than this: 'io.fullynested.api.block.Signal io.fullynested.api.block.BlockBuilder.twice(io.fullynested.api.block.Signal)'. "
                + "Build it against fn-api 0.2.0-SNAPSHOT";
        // a folder of classes has no version
        assertThat(told(project.fn("inspect", "@acme/acme.yaml", "--plugin-path", "@acme/target"), 2).replace("this one", "fn-api 0.2.0-SNAPSHOT"))
                .isEqualTo(message + "\n");
        checkShown(message);
    }

    @Test
    void anErrorFarAwayFromWhereThePluginWasMadeIsTracedToItsJar() throws IOException {
        plugin.change(PLUGIN, "    @Override\n    public List<Factory<CostModel>>", """
                    @Override
                    public List<Factory<io.fullynested.api.nesting.OrderedDropout>> orderedDropouts() {
                        return List.of(Factory.of("acme-draw", "gives up", (axis, progress) -> {
                            throw new UnsupportedOperationException("too many axes");
                        }));
                    }

                    @Override
                    public List<Factory<CostModel>>""".replace("\n    ", "\n")).build();
        project.yaml("lost.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 8, ordered-dropout: acme-draw"));
        assertThat(told(project.fn("inspect", "@lost.yaml", "--plugin-path", "@acme/target"), 1)).isEqualTo(
                "The plugin class com.example.acme.AcmePlugin (acme-1.0.jar) failed: UnsupportedOperationException: too many axes at AcmePlugin.java:25\n");
    }

    @Test
    void everyMessageOfThePageIsTried() {
        List<String> shown = page.lines().filter(line -> line.startsWith("| `")).filter(line -> line.contains("acme-1.0.jar")).toList();
        assertThat(shown).hasSize((int) (loading().count() + using().count()) + 6);
    }
}
