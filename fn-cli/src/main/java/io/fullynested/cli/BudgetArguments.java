package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.api.search.Budget;
import java.util.ArrayList;
import java.util.List;

/** Budgets as they stand on the command line: {@code tiny:macs=200k,size=20KiB}. */
final class BudgetArguments {

    private BudgetArguments() {
    }

    /** Reads them as if they stood in the network's YAML, so units and errors are the same. */
    static List<Budget> parse(List<String> arguments, FullyNested network) {
        List<String> yaml = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int colon = argument.indexOf(':');
            String name = colon < 0 ? "budget" + (i + 1) : argument.substring(0, colon);
            List<String> limits = new ArrayList<>(List.of("name: " + name));
            for (String limit : argument.substring(colon + 1).split(",")) {
                if (!limit.matches("[^=:{}\\[\\]]+=[^=:{}\\[\\]]+")) {
                    throw new BadInputException("--budget " + argument + ": '" + limit + "' is not COST=LIMIT. Maybe macs=200k?");
                }
                limits.add(limit.replaceFirst("=", ": "));
            }
            yaml.add("{" + String.join(", ", limits) + "}");
        }
        return network.budgets("[" + String.join(", ", yaml) + "]", "--budget");
    }
}
