package io.fullynested.cli;

import io.fullynested.NestedNetwork;
import io.fullynested.search.SearchOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is searched, as it stands on the command line: {@code --budget tiny:macs=200k,size=20KiB}. */
final class SearchArguments {

    @Option(names = {"-b", "--budget"}, paramLabel = "[NAME:]COST=LIMIT,...",
            description = "what a submodel may cost, for example tiny:macs=200k,size=20KiB; may be repeated "
                    + "(default: the budgets and floors of the YAML)")
    private List<String> budgets = List.of();

    @Option(names = "--floor", paramLabel = "[NAME:]COST=SCORE",
            description = "find the cheapest submodel that is good enough, for example cheap:macs=88%%; may be repeated")
    private List<String> floors = List.of();

    @Option(names = {"-s", "--strategy"}, paramLabel = "NAME[, OPTION: VALUE]...",
            description = "how to search, for example evolutionary, or 'predictor, finalists: 6' (default: that of the YAML)")
    private String strategy;

    @Option(names = "--freeze", paramLabel = "AXIS=KEEP,...", description = "axes that are not searched, for example weights.bits=4")
    private String freeze;

    @Option(names = "--tie", paramLabel = "AXIS+AXIS...", description = "axes that are searched as one; may be repeated")
    private List<String> ties = List.of();

    @Option(names = "--front", paramLabel = "N", description = "look at N limits more of each cost that budgets limit, for a whole front")
    private Integer front;

    @Option(names = "--ensemble", paramLabel = "N", description = "up to N submodels that answer together for each budget, all of them within it, beside the one of the budget")
    private Integer ensemble;

    /** Reads them as if they stood in the network's YAML, so units and errors are the same. */
    SearchOptions read(NestedNetwork network) {
        Map<String, String> yaml = new LinkedHashMap<>();
        Optional.ofNullable(strategy).ifPresent(given -> yaml.put("strategy", strategy(given)));
        if (!budgets.isEmpty()) {
            yaml.put("budgets", named("--budget", "budget", budgets, (argument, limits) -> String.join(", ", limits.entrySet().stream()
                    .map(limit -> limit.getKey() + ": " + limit.getValue()).toList())));
        }
        if (!floors.isEmpty()) {
            yaml.put("floors", named("--floor", "floor", floors, (argument, limits) -> {
                if (limits.size() != 1) {
                    throw new BadInputException("--floor " + argument + ": one cost is as low as possible. Maybe cheap:macs=88%?");
                }
                Map.Entry<String, String> only = limits.entrySet().iterator().next();
                return "minimise: " + only.getKey() + ", " + network.metric() + ": " + only.getValue();
            }));
        }
        if (freeze != null) {
            yaml.put("freeze", "{" + String.join(", ", pairs("--freeze", freeze, freeze).entrySet().stream()
                    .map(pair -> pair.getKey() + ": " + pair.getValue()).toList()) + "}");
        }
        if (!ties.isEmpty()) {
            yaml.put("tie", "[" + String.join(", ", ties.stream().map(tie -> "[" + tie.replace("+", ", ") + "]").toList()) + "]");
        }
        Optional.ofNullable(front).ifPresent(given -> yaml.put("front", String.valueOf(given)));
        Optional.ofNullable(ensemble).ifPresent(given -> yaml.put("ensemble", String.valueOf(given)));
        return network.searchOptions(yaml, "command line");
    }

    /** A strategy as YAML: with options, the braces and {@code kind:} may be left out. */
    private static String strategy(String given) {
        if (!given.contains(":") || given.startsWith("{")) {
            return given;
        }
        return "{" + (given.startsWith("kind:") ? "" : "kind: ") + given + "}";
    }

    private interface Content {
        String yaml(String argument, Map<String, String> pairs);
    }

    /** A list of mappings with names, made up where none is given. */
    private static String named(String option, String noun, List<String> arguments, Content content) {
        List<String> yaml = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int colon = argument.indexOf(':');
            String name = colon < 0 ? noun + (i + 1) : argument.substring(0, colon);
            yaml.add("{name: " + name + ", " + content.yaml(argument, pairs(option, argument, argument.substring(colon + 1))) + "}");
        }
        return "[" + String.join(", ", yaml) + "]";
    }

    private static Map<String, String> pairs(String option, String argument, String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split(",")) {
            if (!pair.matches("[^=:{}\\[\\]]+=[^=:{}\\[\\]]+")) {
                throw new BadInputException(option + " " + argument + ": '" + pair + "' is not "
                        + (option.equals("--freeze") ? "AXIS=KEEP. Maybe weights.bits=4?" : "COST=LIMIT. Maybe macs=200k?"));
            }
            String[] sides = pair.split("=");
            if (pairs.put(sides[0].strip(), sides[1].strip()) != null) {
                throw new BadInputException(option + " " + argument + ": " + sides[0].strip() + " is given twice");
            }
        }
        return pairs;
    }
}
