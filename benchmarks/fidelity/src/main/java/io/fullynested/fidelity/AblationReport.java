package io.fullynested.fidelity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What leaving out one ingredient of the recipe does, as Markdown: a line for each recipe, means over selections of a kind. */
record AblationReport(TableReport table) {

    String markdown() {
        Map<String, List<Row>> byLevel = table.selections().stream().collect(Collectors.groupingBy(Row::level, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder("## ablation\n\nThe joint network again, each recipe but *nested* with one ingredient left out or "
                + "changed (`benchmarks/fidelity/recipes`). In brackets the difference from *nested*, of the "
                + "seeds that both have; ± is a standard deviation over seeds.\n\n| recipe | seeds |");
        byLevel.forEach((level, rows) -> text.append(rows.size() == 1 ? " " + level : TableReport.format(" mean of %d %s", rows.size(), level)).append(" |"));
        text.append("\n|---|---:|").append("---:|".repeat(byLevel.size())).append('\n');
        for (String recipe : table.recipes()) {
            if (table.rows().stream().anyMatch(row -> row.recipe().equals(recipe))) {
                long seeds = table.rows().stream().filter(row -> row.recipe().equals(recipe)).map(Row::seed).distinct().count();
                text.append("| ").append(recipe).append(" | ").append(seeds).append(" |");
                byLevel.values().forEach(selections -> text.append(cell(recipe, selections)).append(" |"));
                text.append('\n');
            }
        }
        return text.append('\n').toString();
    }

    private String cell(String recipe, List<Row> selections) {
        Map<Long, Double> own = bySeed(recipe, selections);
        Map<Long, Double> nested = bySeed(TableReport.NESTED, selections);
        List<Double> differences = own.keySet().stream().filter(nested::containsKey).map(seed -> own.get(seed) - nested.get(seed)).toList();
        String mean = " " + Spread.of(List.copyOf(own.values()));
        if (recipe.equals(TableReport.NESTED) || differences.isEmpty()) {
            return mean;
        }
        Spread difference = Spread.of(differences);
        return mean + (difference.mean() < 0 ? " (" : " (+") + difference + ")";
    }

    /** The mean over selections, for each seed that all of them were measured with. */
    private Map<Long, Double> bySeed(String recipe, List<Row> selections) {
        Set<String> wanted = selections.stream().map(Row::selection).collect(Collectors.toSet());
        Map<Long, List<Row>> bySeed = table.rows().stream().filter(row -> row.recipe().equals(recipe) && wanted.contains(row.selection()))
                .collect(Collectors.groupingBy(Row::seed, TreeMap::new, Collectors.toList()));
        Map<Long, Double> means = new TreeMap<>();
        bySeed.forEach((seed, rows) -> {
            if (rows.size() == wanted.size()) {
                means.put(seed, rows.stream().mapToDouble(Row::testAccuracy).average().orElseThrow());
            }
        });
        return means;
    }
}
