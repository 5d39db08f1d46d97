package io.fullynested.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.plugin.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A selection as it stands on the command line: {@code stage1.layers=1,weights.bits=4}, a file that holds one, or the name of a budget of the run that left
 * the network.
 */
final class SelectionArgument {

    private SelectionArgument() {
    }

    /**
     * The whole selection; axes that are not mentioned are kept whole.
     *
     * @param network the file that it is of; a run leaves {@code summary.json} beside it
     */
    static SubmodelSpec parse(String argument, AxisSpace axes, Path network) throws IOException {
        List<SubmodelSpec> all = parseAll(argument, axes, network);
        if (all.size() > 1) {
            throw new BadInputException("--select " + argument + ": it has " + all.size() + " submodels, and this is about one");
        }
        return all.get(0);
    }

    /** The same of a file that may have several, of members that answer together, a line each. */
    static List<SubmodelSpec> parseAll(String argument, AxisSpace axes, Path network) throws IOException {
        List<String> texts = List.of(argument);
        if (!argument.isBlank() && !argument.contains("=")) {
            Path file = InputFile.resolve(Path.of(""), argument);
            String content = Files.isRegularFile(file) ? InputFile.text(file).strip() : ofBudget(argument, network.resolveSibling("summary.json"));
            texts = content.startsWith("{") ? List.of(json(argument, content)) : content.lines().filter(line -> !line.isBlank()).toList();
        }
        List<SubmodelSpec> all = new ArrayList<>();
        for (String text : texts.isEmpty() ? List.of("") : texts) {
            all.add(complete(argument, text, axes));
        }
        return all;
    }

    private static SubmodelSpec complete(String argument, String text, AxisSpace axes) {
        List<String> ids = axes.axes().stream().map(NestedAxis::id).toList();
        try {
            SubmodelSpec partial = SubmodelSpec.parse(text);
            for (String id : partial.keeps().keySet()) {
                if (!ids.contains(id)) {
                    throw new IllegalArgumentException("there is no axis '" + id + "'"
                            + Spelling.maybeOrStop(id, ids)
                            + " The axes are " + String.join(", ", ids));
                }
            }
            return axes.complete(partial);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--select " + argument + ": " + e.getMessage());
        }
    }

    private static String ofBudget(String argument, Path summary) throws IOException {
        Map<String, String> budgets = new LinkedHashMap<>();
        if (Files.isRegularFile(summary)) {
            try {
                new ObjectMapper().readTree(InputFile.text(summary)).path("budgets").forEach(budget -> budgets.put(budget.path("name").asText(), budget.toString()));
            } catch (JsonProcessingException e) {
                throw new BadInputException(summary + ": no JSON: " + e.getOriginalMessage());
            }
        }
        String selection = budgets.get(argument);
        Path searched = summary.resolveSibling("search").resolve("selections").resolve(argument + ".txt");
        if (selection == null && Files.isRegularFile(searched)) {
            throw new BadInputException("--select " + argument + ": no budget of " + summary + ", but a search found one. Maybe --select " + searched + "?");
        } else if (selection == null) {
            throw new BadInputException("--select " + argument + ": " + (budgets.isEmpty() ? "neither AXIS=KEEP,... nor a file. Maybe stage1.layers=1?"
                    : "neither AXIS=KEEP,..., a file, nor a budget of " + summary + Spelling.maybeOrStop(argument, budgets.keySet())
                            + " There are: " + String.join(", ", budgets.keySet())));
        }
        return selection;
    }

    /** What {@code summary.json} has under {@code selection}: an object of axis → keep, or one that has such an object under that name. */
    private static String json(String argument, String text) {
        try {
            JsonNode read = new ObjectMapper().readTree(text);
            JsonNode selection = read.path("selection").isObject() ? read.get("selection") : read;
            return selection.properties().stream().map(entry -> entry.getKey() + "=" + entry.getValue().asText()).collect(Collectors.joining(","));
        } catch (JsonProcessingException e) {
            throw new BadInputException("--select " + argument + ": no JSON: " + e.getOriginalMessage());
        }
    }
}
