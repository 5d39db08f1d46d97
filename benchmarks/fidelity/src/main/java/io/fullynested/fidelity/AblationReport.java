package io.fullynested.fidelity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What leaving out one ingredient of the recipe does, as Markdown: a line for each recipe, means over selections of a kind. */
record AblationReport(TableReport table) {

    String markdown() {
        Map<String, List<Row>> byLevel = table.selections().stream().collect(Collectors.groupingBy(Row::level, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder("## ablation\n\nThe joint network again, each recipe but *nested* with one ingredient left out or "
                + "changed (`benchmarks/fidelity/recipes`). In brackets the difference from *nested*.\n\n| recipe |");
        byLevel.forEach((level, rows) -> text.append(rows.size() == 1 ? " " + level : TableReport.format(" mean of %d %s", rows.size(), level)).append(" |"));
        text.append("\n|---|").append("---:|".repeat(byLevel.size())).append('\n');
        for (String recipe : table.recipes()) {
            if (table.rows().stream().anyMatch(row -> row.recipe().equals(recipe))) {
                text.append("| ").append(recipe).append(" |");
                byLevel.values().forEach(selections -> text.append(cell(recipe, selections)).append(" |"));
                text.append('\n');
            }
        }
        return text.append('\n').toString();
    }

    private String cell(String recipe, List<Row> selections) {
        double own = mean(recipe, selections);
        return recipe.equals(TableReport.NESTED) ? TableReport.format(" %.2f", own) : TableReport.format(" %.2f (%+.2f)", own, own - mean(TableReport.NESTED, selections));
    }

    /** NaN if one of them was not measured. */
    private double mean(String recipe, List<Row> selections) {
        return selections.stream().mapToDouble(row -> table.accuracy(recipe, row.selection()).map(Spread::mean).orElse(Double.NaN)).average()
                .orElse(Double.NaN);
    }
}
