package io.fullynested.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fullynested.JsonFile;
import io.fullynested.NestedNetwork;
import io.fullynested.RunSummary;
import io.fullynested.Settings;
import io.fullynested.TrainingCurve;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Where results come from: {@code run.json} beside them. */
final class RunRecord {

    /** Its name in the folder. */
    static final String FILE = "run.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private final String description;
    private final long seed;
    private final int threads;
    private final List<String> command;
    private final RunJournal journal;
    private final Instant started = Instant.now();

    /**
     * What is written.
     *
     * @param command    its words
     * @param description name of the YAML, or of the file that was imported
     * @param key        a digest of all that the results depend on
     * @param goesOn     whether it went on with what was stopped; times are of the last process then
     * @param training   how it went; null if its table is not in the folder
     * @param peakMemory bytes of the process, native ones too, as far as the system tells; else those of the Java heap now
     */
    record Content(List<String> command, String description, String key, long seed, int threads, boolean goesOn, String started, double seconds,
                   long peakMemory, Map<String, String> versions, Map<String, String> machine,
                   @JsonInclude(JsonInclude.Include.NON_NULL) RunSummary.Training training) {
    }

    private RunRecord(String description, long seed, int threads, CommandSpec command, RunJournal journal) {
        this.description = description;
        this.seed = seed;
        this.threads = threads;
        this.command = Stream.concat(Stream.of("./fn"), command.commandLine().getParseResult().originalArgs().stream()).toList();
        this.journal = journal;
    }

    /** Of a command that is about a network, and begins now. */
    static RunRecord start(NestedNetwork network, CommandSpec command, RunJournal journal) {
        return new RunRecord(network.name(), network.seed(), network.threads(), command, journal);
    }

    /** Of a command that is about a file. */
    static RunRecord start(Path file, Settings settings, CommandSpec command, RunJournal journal) {
        return new RunRecord(Printable.line(file.getFileName().toString()), settings.seed().orElse(1), settings.threads(), command, journal);
    }

    /** Whether a folder holds all that a command with this key leads to. */
    static boolean isOf(Path folder, String key) throws IOException {
        Path file = folder.resolve(FILE);
        return Files.exists(file) && !Files.exists(folder.resolve(RunJournal.FILE)) && InputFile.read(file, () -> JSON.readTree(file.toFile())).path("key").asText().equals(key);
    }

    /** Writes it, when all is done. */
    void write(Path folder) throws IOException {
        double seconds = started.until(Instant.now(), ChronoUnit.MILLIS) / 1e3;
        JsonFile.write(new Content(command, description, journal.key(), seed, threads, journal.goesOn(),
                started.truncatedTo(ChronoUnit.SECONDS).toString(), seconds, peakMemory(), versions(), machine(), training(folder)), folder.resolve(FILE));
    }

    private static RunSummary.Training training(Path folder) throws IOException {
        Path curve = folder.resolve(Pipeline.CURVE);
        return Files.exists(curve) ? RunSummary.Training.of(TrainingCurve.readCsv(curve)) : null;
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("fully-nested", NestedNetwork.version());
        versions.put("java", Runtime.version().toString());
        versions.putAll(NestedNetwork.libraries());
        return versions;
    }

    /** What computes. */
    static Map<String, String> machine() throws IOException {
        Map<String, String> machine = new TreeMap<>();
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("architecture", System.getProperty("os.arch"));
        machine.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        machine.put("processor", line(PROCESSORS, "model name", "unknown"));
        return machine;
    }

    private static long peakMemory() throws IOException {
        String kibibytes = line(STATUS, "VmHWM", "").replaceAll("\\D", "");
        Runtime java = Runtime.getRuntime();
        return kibibytes.isEmpty() ? java.totalMemory() - java.freeMemory() : 1024 * Long.parseLong(kibibytes);
    }

    /** What Linux says under a word. */
    private static String line(Path file, String word, String otherwise) throws IOException {
        if (!Files.isReadable(file)) {
            return otherwise;
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(word)).findFirst().map(line -> line.replaceFirst("[^:]*:\\s*", "")).orElse(otherwise);
        }
    }
}
