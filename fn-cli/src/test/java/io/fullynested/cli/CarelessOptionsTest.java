package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Every argument of every command, as the command model lists them, with values that it cannot mean: wrong files and folders, huge and negative numbers, none,
 * letters of other scripts, line ends, and what moves the cursor of a terminal. Each ends with a message, in a line or a few, and leaves nothing behind. An option
 * that many commands share is tried with one of them.
 */
class CarelessOptionsTest {

    /** A right command line for each command; whoever adds a command adds one. */
    private static final Map<String, String> RIGHT = new TreeMap<>(Map.ofEntries(
            Map.entry("run", "run @long.yaml --out @bad/run"),
            Map.entry("sweep", "sweep @long.yaml --set seed=1..2 --out @bad/sweep"),
            Map.entry("compare", "compare @made @made --out @bad/page.html"),
            Map.entry("report", "report @made"),
            Map.entry("check", "check @short.yaml --no-trial"),
            Map.entry("train", "train @short.yaml --out @bad/train"),
            Map.entry("search", "search @made/checkpoint.safetensors --strategy greedy --out @bad/search"),
            Map.entry("tune", "tune @made/checkpoint.safetensors --select stage1.layers=1 --out @bad/t.safetensors"),
            Map.entry("export", "export @made/checkpoint.safetensors --no-verify --out @bad/e.onnx"),
            Map.entry("bundle", "bundle @made/checkpoint.safetensors --select a:weights.bits=4 --out @bad/b.fnb"),
            Map.entry("verify", "verify @made/models/small.onnx --checkpoint @made/checkpoint.safetensors"),
            Map.entry("inspect", "inspect @short.yaml"),
            Map.entry("import", "import @not.onnx --data @short.yaml --out @bad/import"),
            Map.entry("measure", "measure @short.yaml --submodels 2 --check 1 --out @bad/m.yaml"),
            // it would take what comes from standard input, and has no arguments
            Map.entry("time", "time further"),
            Map.entry("plugins", "plugins"),
            Map.entry("new-plugin", "new-plugin careless --dir @bad/plugin"),
            Map.entry("reference", "reference --out @bad/r.md"),
            Map.entry("completion", "completion")));
    private static final List<String> FILES = List.of("@nowhere/x.yaml", "@a folder", "@binary", "@empty", "@a file/below", "", "nul\0byte", "@\u001b[2J\n網");
    private static final List<String> NUMBERS = List.of("99999999999999999999", "2147483647", "-1", "0", "1e9", "NaN", "Infinity", "eleven", "");
    /** 2,147,483,647 are a long time, but can be meant. */
    private static final List<String> EPOCHS = NUMBERS.stream().filter(number -> !number.equals("2147483647")).toList();
    private static final List<String> WORDS = List.of("", " ", "\u001b[2J\nforged: line", "網絡", "a=b=c", "{", "x".repeat(100_000));

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void make() throws IOException {
        project = TinyProject.tinier(folder);
        assertThat(project.fn("run", "@long.yaml", "--out", "@made").code()).isZero();
        Files.createDirectories(project.path("a folder"));
        project.yaml("a file", "mine");
        project.yaml("empty", "");
        Files.write(project.path("binary"), new byte[] {'P', 'K', 3, 4, 0, 0, 1, (byte) 0xff, (byte) 0xfe});
        project.yaml("not.onnx", "no ONNX");
    }

    /** An argument of a command, and what stands for it in the wrong. */
    private record Careless(CommandSpec command, ArgSpec argument) {

        List<String> values() {
            Class<?> type = argument.auxiliaryTypes()[0];
            boolean number = type.isPrimitive() && type != boolean.class || Number.class.isAssignableFrom(type);
            boolean epochs = argument.paramLabel().equals("N") && List.of("tune", "bundle").contains(command.name());
            return type == Path.class ? FILES : epochs ? EPOCHS : number ? NUMBERS : type == boolean.class || type == Boolean.class ? List.of() : WORDS;
        }

        /** The right command line with one value in the place of its own. */
        List<String> words(String value) {
            List<String> words = new ArrayList<>(List.of(RIGHT.get(command.name()).split(" ")));
            if (argument instanceof PositionalParamSpec positional) {
                int place = 1 + positional.index().min();
                if (place < words.size()) {
                    words.set(place, value);
                } else {
                    words.add(value);
                }
                return words;
            }
            OptionSpec option = (OptionSpec) argument;
            int there = Stream.of(option.names()).mapToInt(words::indexOf).max().orElse(-1);
            if (there >= 0) {
                words.set(there + 1, value);
            } else {
                words.addAll(List.of(option.longestName(), value));
            }
            return words;
        }

        @Override
        public String toString() {
            return command.name() + " " + (argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel());
        }
    }

    static List<Careless> everyArgument() {
        List<Careless> all = new ArrayList<>();
        Set<Object> shared = new HashSet<>();
        commands().forEach((name, command) -> command.args().stream().filter(argument -> shared.add(argument.userObject()) && !argument.toString().contains("help"))
                .map(argument -> new Careless(command, argument)).filter(one -> !one.values().isEmpty()).forEach(all::add));
        return all;
    }

    private static Map<String, CommandSpec> commands() {
        Map<String, CommandSpec> commands = new TreeMap<>();
        for (CommandLine command : Main.commands().getSubcommands().values()) {
            if (!(command.getCommand() instanceof CommandLine.HelpCommand)) {
                commands.put(command.getCommandName(), command.getCommandSpec());
            }
        }
        return commands;
    }

    @Test
    void noCommandIsForgotten() {
        assertThat(RIGHT.keySet()).isEqualTo(commands().keySet());
        assertThat(everyArgument()).hasSizeGreaterThan(70).extracting(one -> one.command().name()).contains("run", "import", "measure", "new-plugin");
    }

    /** Else what is tried below would fail for another reason. */
    @Test
    void rightCommandLinesAreRight() throws IOException {
        for (String line : RIGHT.values()) {
            TinyProject.Outcome outcome = project.run(line.split(" "));
            assertThat(outcome.code()).as("%s: %s", line, outcome.err()).isEqualTo(line.startsWith("import") || line.startsWith("time") ? 2 : 0);
            delete("bad");
        }
    }

    @ParameterizedTest
    @MethodSource("everyArgument")
    @Timeout(60)
    void endsWithAMessageAndLeavesNothingBehind(Careless careless) throws IOException {
        List<String> before = project.content("");
        for (String value : careless.values()) {
            String[] words = careless.words(value).toArray(String[]::new);
            TinyProject.Outcome outcome = project.run(words);
            String told = String.join(" ", words);
            assertThat(outcome.code()).as(told).isBetween(0, 2);
            assertThat(outcome.err()).as(told).doesNotContain("went wrong", "\tat ", "Exception", "\u001b").doesNotContain("null");
            if (outcome.code() == 2) {
                assertThat(outcome.err()).as(told).isNotBlank();
                assertThat(outcome.err().lines()).as(told).hasSizeLessThan(25).allMatch(line -> line.length() < 1100);
                assertThat(project.content("")).as(told).isEqualTo(before);
            }
            for (String made : project.content("")) {
                if (!before.contains(made)) {
                    Files.delete(project.path(made));
                }
            }
            assertThat(project.content("")).as(told).isEqualTo(before);
        }
    }

    private static void delete(String name) throws IOException {
        if (Files.exists(project.path(name))) {
            try (Stream<Path> all = Files.walk(project.path(name))) {
                for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
