package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/operators.md is that of the sources, and what it says of a kernel that is missing is so. */
class OperatorsPageTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path PAGE = ROOT.resolve("docs/operators.md");
    private static final Path KERNELS = ROOT.resolve("fn-core/src/main/java/io/fullynested/core/interpreter/ReferenceKernels.java");
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```$");
    /** A class. */
    private static final Pattern NAMED = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`");
    private static final Pattern MISSING = Pattern.compile("(?m)^ReferenceKernels.java: (.*)$");

    @TempDir
    private Path folder;

    /** All sources, by file. */
    private static Map<Path, String> sources() throws IOException {
        Map<Path, String> sources = new TreeMap<>();
        for (String module : List.of("fn-api", "fn-core", "fn-training", "fn-onnx", "fn-search", "fn-library", "fn-c", "fn-tflite", "fn-cli", "fn-plugins/hardware",
                "fn-plugins/mobile", "fn-testkit")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    sources.put(file, Files.readString(file));
                }
            }
        }
        return sources;
    }

    /** Whoever follows the page meets every table, and none that is no more. */
    @Test
    void itNamesEveryTable() throws IOException {
        String page = Files.readString(PAGE);
        Map<Path, String> sources = sources();
        List<String> tables = sources.entrySet().stream().filter(source -> Pattern.compile("implements .*\\bOperatorVisitor<").matcher(source.getValue()).find())
                .map(source -> source.getKey().getFileName().toString().replace(".java", "")).toList();
        assertThat(tables).hasSizeGreaterThan(5).allSatisfy(table -> assertThat(page).contains("`" + table + "`"));
        assertThat(NAMED.matcher(page).results().map(name -> name.group(1))).allSatisfy(name -> assertThat(sources.values())
                .as("%s, which the page names", name).anyMatch(source -> source.matches("(?s).*\\b(class|interface|record|enum) " + name + "\\b.*")));
    }

    /** Whoever asks which operator something is has one answer for all others, and for those to come. */
    @Test
    void fewPlacesAskWhichOperatorItIs() throws IOException {
        String names = OperatorSamples.all().map(OperatorSample::toString).collect(Collectors.joining("|"));
        Pattern asked = Pattern.compile("instanceof (" + names + ")\\b");
        List<String> places = sources().entrySet().stream().filter(source -> source.getKey().toString().contains("/src/main/"))
                .flatMap(source -> asked.matcher(source.getValue()).results().map(place -> source.getKey().getFileName() + ": " + place.group())).toList();
        assertThat(places).hasSizeBetween(5, 20);
    }

    @Test
    void itsCodeIsThatOfTheSources() throws IOException {
        String sources = String.join("", sources().values());
        List<String> blocks = JAVA.matcher(Files.readString(PAGE)).results().map(block -> block.group(1)).toList();
        assertThat(blocks).hasSizeGreaterThan(5).allSatisfy(block -> assertThat(sources.indexOf(block)).as(block).isNotNegative());
    }

    @Test
    void aMissingKernelDoesNotCompile() throws IOException {
        String whole = Files.readString(KERNELS);
        assertThat(errors(whole)).isEmpty();
        String without = whole.replaceFirst("(?s)    @Override\\R    public Tensor layerNorm\\(.*?\\R    }\\R", "");
        assertThat(without).isNotEqualTo(whole);
        MatchResult told = MISSING.matcher(Files.readString(PAGE)).results().findFirst().orElseThrow();
        assertThat(errors(without)).contains(told.group(1));
    }

    private String errors(String source) {
        StringWriter messages = new StringWriter();
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///ReferenceKernels.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignore) {
                return source;
            }
        };
        ToolProvider.getSystemJavaCompiler().getTask(messages, null, null, List.of("-proc:none", "-d", folder.toString(), "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))), null, List.of(file)).call();
        return messages.toString();
    }
}
