package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fullynested.RunSpec;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.SpecReader;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in the documents compiles, their YAML binds, and their command lines are legal. */
class CodeBlocksTest {

    /** Pages that a test of their own puts to use. */
    private static final Set<String> ELSEWHERE = Set.of("plugins.md", "costs.md", "operators.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w*)\n(.*?)^ *```$");
    private static final Pattern SECTION = Pattern.compile("(?m)^([a-z-]+):(?: .*)?$(?:\n(?: .*|#.*)?$)*");
    private static final Pattern TYPE = Pattern.compile("(?m)^(?:public |final |static )*(?:record|class|interface|enum) \\w+");
    /** Of a shell: what stands in quotes is one. */
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\\S)+");
    private static final List<String> PACKAGES = List.of("ai.onnxruntime", "io.fullynested", "io.fullynested.api.block", "io.fullynested.api.cost",
            "io.fullynested.api.data", "io.fullynested.api.graph", "io.fullynested.api.nesting", "io.fullynested.api.plugin", "io.fullynested.api.search",
            "io.fullynested.bundle", "io.fullynested.core.block", "io.fullynested.core.data", "io.fullynested.core.engine", "io.fullynested.core.model",
            "io.fullynested.core.plugin", "io.fullynested.core.spec", "io.fullynested.core.tensor", "io.fullynested.onnx", "io.fullynested.report",
            "io.fullynested.search", "io.fullynested.training", "java.nio.file", "java.util", "java.util.concurrent.atomic", "java.util.function");
    /** What a piece of code may speak of without declaring it. */
    private static final Map<String, String> CONTEXT = Map.ofEntries(Map.entry("fn", "FullyNested"), Map.entry("net", "TrainedSupernet"), Map.entry("found", "SearchResult"),
            Map.entry("environment", "OrtEnvironment"), Map.entry("spec", "RunSpec"), Map.entry("settings", "Settings"),
            Map.entry("table", "float[][]"), Map.entry("labels", "int[]"), Map.entry("curve", "TrainingCurve"), Map.entry("bundle", "NestedBundle"),
            Map.entry("milliseconds", "double"), Map.entry("battery", "double"), Map.entry("celsius", "double"));

    @TempDir
    private Path folder;

    private record Block(Path page, int line, String language, String text) {
        @Override
        public String toString() {
            return page.getFileName() + ":" + line;
        }
    }

    private static List<Block> blocks(String... languages) throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : DocumentsTest.documents().filter(page -> !ELSEWHERE.contains(page.getFileName().toString())).toList()) {
            String text = Files.readString(page);
            BLOCK.matcher(text).results().filter(block -> List.of(languages).contains(block.group(1))).forEach(block -> blocks.add(
                    new Block(page, 1 + (int) text.substring(0, block.start()).lines().count(), block.group(1), block.group(2))));
        }
        assertThat(blocks).isNotEmpty();
        return blocks;
    }

    @Test
    void javaCompiles() throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        for (Block block : blocks("java")) {
            String name = "Block" + sources.size();
            sources.add(new SimpleJavaFileObject(URI.create("string:///" + block.page().getFileName() + "/" + block.line() + "/" + name + ".java"),
                    JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignore) {
                    return source(name, block.text());
                }
            });
        }
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(messages, null, null, List.of("-proc:none", "-Xlint:all,-try,-processing,-path", "-Werror", "-d",
                folder.toString(), "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))), null, sources).call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }

    private static String source(String name, String text) {
        String imports = PACKAGES.stream().map(one -> "import " + one + ".*;\n").collect(Collectors.joining());
        if (TYPE.matcher(text).find()) {
            return imports + "final class " + name + " {\n" + text + "}\n";
        }
        String parameters = CONTEXT.entrySet().stream().filter(one -> Pattern.compile("\\b" + one.getKey() + "\\b").matcher(text).find()
                        && !Pattern.compile(Pattern.quote(one.getValue()) + " " + one.getKey() + "\\b").matcher(text).find())
                .map(one -> one.getValue() + " " + one.getKey()).collect(Collectors.joining(", "));
        return imports + "final class " + name + " {\nstatic void run(" + parameters + ") throws Exception {\n" + text + "}\n}\n";
    }

    @Test
    void yamlBinds() throws IOException {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            for (Block block : blocks("yaml")) {
                Map<String, String> sections = sections(TinyProject.YAML);
                Map<String, String> own = sections(block.text());
                if (sections.keySet().containsAll(own.keySet()) || own.containsKey("network") || own.containsKey("export") || own.containsKey("data")) {
                    sections.putAll(own);
                } else {
                    // a guard is of what goes on from a trained network
                    String more = own.containsKey("guard") && !own.containsKey("warm-start") ? "warm-start: {checkpoint: trained.safetensors}\n" : "";
                    sections.put("training", "training:\n" + (block.text() + more).indent(2));
                }
                assertThatCode(() -> new SpecReader(registry).read(String.join("\n", sections.values()), block.toString(), RunSpec.class))
                        .as(block.toString()).doesNotThrowAnyException();
            }
        }
    }

    private static Map<String, String> sections(String yaml) {
        Map<String, String> sections = new LinkedHashMap<>();
        SECTION.matcher(yaml).results().forEach(section -> sections.put(section.group(1), section.group()));
        return sections;
    }

    @Test
    void commandLinesAreLegal() throws IOException {
        int commands = 0;
        for (Block block : blocks("", "sh", "bash")) {
            for (String line : block.text().replaceAll(" \\\\\n *", " ").lines().filter(line -> line.startsWith("./fn ")).toList()) {
                String[] words = WORD.matcher(line.replaceFirst(" #.*", "")).results().map(word -> word.group().replace("'", "")).skip(1).toArray(String[]::new);
                assertThatCode(() -> Main.commands().parseArgs(words)).as("%s: %s", block, Arrays.toString(words)).doesNotThrowAnyException();
                commands++;
            }
        }
        assertThat(commands).isPositive();
    }
}
