package io.fullynested.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fullynested.RunSummary;
import io.fullynested.core.io.GrowingFile;
import io.fullynested.core.io.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a command is done, in its output folder as long as it is not done as a whole: the same command, started again, skips it. A line of
 * JSON for each part: {@code {"part": "train", "seconds": 182.1}}.
 */
final class RunJournal implements AutoCloseable {

    /** Its name in the folder. */
    static final String FILE = "run.unfinished";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final String key;
    private GrowingFile lines;
    private final List<JsonNode> done = new ArrayList<>();
    private final boolean goesOn;

    /**
     * Opens the journal of a folder. If there is none, or it is of another command, nothing is written before {@link #begin}, so that a command that is refused
     * after all leaves what is there as it was.
     *
     * @param key       tells all that the command's result depends on
     * @param overwrite whether what another command left unfinished may be lost
     * @throws BadInputException if it is of another command, which is not to be lost
     */
    RunJournal(Path folder, String key, boolean overwrite) throws IOException {
        file = folder.resolve(FILE);
        this.key = key;
        goesOn = GrowingFile.isOf(file, key);
        if (Files.exists(file) && !goesOn && !overwrite) {
            throw new BadInputException(folder + " holds what was stopped" + others(Identity.differing(key, GrowingFile.key(file))));
        }
        if (goesOn) {
            begin();
        }
    }

    /** Notes that the command writes its results from now on. */
    void begin() throws IOException {
        if (lines != null) {
            return;
        }
        lines = new GrowingFile(file, key);
        for (String line : lines.before()) {
            try {
                done.add(JSON.readTree(line));
            } catch (JsonProcessingException e) {
                // what a damaged line tells of is done again
                continue;
            }
        }
    }

    /** Whether the command was begun before, and stopped. */
    boolean goesOn() {
        return goesOn;
    }

    /** The rest of a message about what is there, and cannot be gone on with. */
    static String others(List<String> changes) {
        return ". Changed since: " + String.join(", ", changes) + ". Maybe --overwrite, or another --out?";
    }

    /** What tells all that the command's result depends on. */
    String key() {
        return key;
    }

    /** What was noted when a part was done. */
    Optional<JsonNode> done(String part) {
        return done.stream().filter(node -> node.path("part").asText().equals(part)).findFirst();
    }

    /** The seconds that a part took, if it is done. */
    double seconds(String part) {
        return done(part).map(node -> node.path("seconds").asDouble()).orElse(0.0);
    }

    /** Notes that a part is done, and how long it took. */
    void note(String part, double seconds) throws IOException {
        note(JSON.createObjectNode().put("part", part).put("seconds", seconds));
    }

    /** Notes that a budget's submodel was tuned, and whether that made it better. */
    void noteTuned(String budget, boolean better) throws IOException {
        note(JSON.createObjectNode().put("part", "tune " + budget).put("better", better));
    }

    /** Notes that a budget's submodel was exported. */
    void noteExported(RunSummary.Chosen chosen) throws IOException {
        note(JSON.createObjectNode().put("part", "export " + chosen.name()).set("chosen", JSON.valueToTree(chosen)));
    }

    /** What came of an export, if it is done. */
    Optional<RunSummary.Chosen> exported(String budget) {
        return done("export " + budget).map(node -> RunSummary.Chosen.read(node.get("chosen")));
    }

    private void note(ObjectNode node) throws IOException {
        begin();
        lines.add(List.of(JSON.writeValueAsString(node)));
        done.add(node);
    }

    /** All is done. */
    void finish() throws IOException {
        close();
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
