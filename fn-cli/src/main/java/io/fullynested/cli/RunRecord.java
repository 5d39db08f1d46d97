package io.fullynested.cli;

import io.fullynested.JsonFile;
import io.fullynested.NestedNetwork;
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
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private final NestedNetwork network;
    private final List<String> command;
    private final boolean goesOn;
    private final Instant started = Instant.now();

    /**
     * What is written.
     *
     * @param command    its words
     * @param description name of the YAML
     * @param goesOn     whether it went on with what was stopped; times are of the last process then
     * @param peakMemory bytes of the process, native ones too, as far as the system tells; else those of the Java heap now
     */
    record Content(List<String> command, String description, long seed, int threads, boolean goesOn, String started, double seconds,
                   long peakMemory, Map<String, String> versions, Map<String, String> machine) {
    }

    private RunRecord(NestedNetwork network, List<String> command, boolean goesOn) {
        this.network = network;
        this.command = command;
        this.goesOn = goesOn;
    }

    static RunRecord start(NestedNetwork network, CommandSpec command, boolean goesOn) {
        List<String> words = Stream.concat(Stream.of("./fn"), command.commandLine().getParseResult().originalArgs().stream()).toList();
        return new RunRecord(network, words, goesOn);
    }

    /** Writes it, when all is done. */
    void write(Path folder) throws IOException {
        double seconds = started.until(Instant.now(), ChronoUnit.MILLIS) / 1e3;
        JsonFile.write(new Content(command, network.name(), network.seed(), network.threads(), goesOn,
                started.truncatedTo(ChronoUnit.SECONDS).toString(), seconds, peakMemory(), versions(), machine()), folder.resolve(FILE));
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("fully-nested", NestedNetwork.version());
        versions.put("java", Runtime.version().toString());
        versions.putAll(NestedNetwork.libraries());
        return versions;
    }

    private static Map<String, String> machine() throws IOException {
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
