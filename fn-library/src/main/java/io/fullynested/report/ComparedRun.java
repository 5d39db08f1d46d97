package io.fullynested.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.search.FrontCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code ./fn run} left in a folder, as far as two of them can be compared.
 *
 * @param name   what it is called beside others
 * @param seed   of its training
 * @param metric what scores are of
 * @param units  of costs, by name
 * @param values what its description says: path → value
 * @param full   the full model
 * @param chosen the submodel of each budget and floor that was met, by name
 * @param front  of validation score and all costs
 */
public record ComparedRun(String name, long seed, String metric, Map<String, String> units, Map<String, String> values, Member full,
                          Map<String, Member> chosen, List<FrontCsv.Row> front) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, Double>> NUMBERS = new TypeReference<>() { };
    private static final TypeReference<LinkedHashMap<String, String>> WORDS = new TypeReference<>() { };

    /**
     * A submodel.
     *
     * @param costs      by name
     * @param validation its score on validation images, as it was exported
     * @param test       its score on test images
     */
    public record Member(Map<String, Double> costs, double validation, double test) {
    }

    /**
     * Reads {@code summary.json} and {@code front.csv}.
     *
     * @throws IOException if one is missing or damaged; the message names it
     */
    public static ComparedRun read(String name, Path folder) throws IOException {
        Path file = folder.resolve("summary.json");
        if (!Files.exists(file)) {
            throw new UnreadableException(folder, (Files.isDirectory(folder) ? "no folder of a run that ended; it has no summary.json"
                    : "there is no such folder") + ". Maybe a folder that './fn run' wrote?");
        }
        JsonNode json = InputFile.read(file, () -> JSON.readTree(file.toFile()));
        try {
            String metric = json.required("metric").asText();
            Map<String, Member> chosen = new LinkedHashMap<>();
            for (JsonNode budget : json.required("budgets")) {
                chosen.put(budget.required("name").asText(), member(budget, metric));
            }
            return new ComparedRun(name, json.required("seed").asLong(), metric, JSON.convertValue(json.required("units"), WORDS),
                    JSON.convertValue(json.required("values"), WORDS), member(json.required("supernet"), metric), chosen,
                    FrontCsv.read(folder.resolve("front.csv")));
        } catch (IllegalArgumentException e) {
            throw new UnreadableException(file, "no summary of this version: " + e.getMessage(), e);
        }
    }

    private static Member member(JsonNode json, String metric) {
        JsonNode scores = json.required(metric);
        return new Member(JSON.convertValue(json.required("cost"), NUMBERS), scores.required("validation").asDouble(), scores.required("test").asDouble());
    }
}
