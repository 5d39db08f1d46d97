package io.fullynested.fidelity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Which commands made a file of results, and on what; kept beside it. */
record RunLog(Path results) {

    Path file() {
        return results.resolveSibling(results.getFileName().toString().replaceFirst("\\.csv$", "") + ".runs.txt");
    }

    /** Notes a command, if that very line is not there yet. */
    void note(String command, int train, int test) throws IOException {
        String line = String.join(" | ", "run " + command, "revision " + System.getProperty("fidelity.revision", "unknown"),
                train + " training and " + test + " test images", "Java " + System.getProperty("java.version"), processor(),
                Runtime.getRuntime().availableProcessors() + " processors");
        List<String> lines = Files.exists(file()) ? Files.readAllLines(file()) : List.of();
        if (!lines.contains(line)) {
            Files.writeString(file(), line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
