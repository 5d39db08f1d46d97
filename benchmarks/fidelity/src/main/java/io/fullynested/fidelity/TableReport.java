package io.fullynested.fidelity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What the rows of one table say, as Markdown. */
final class TableReport {

    static final String NESTED = "nested";

    private final Table table;
    private final List<Row> rows;
    private final Set<String> recipes = new LinkedHashSet<>(List.of(NESTED, Twins.NAME, Twins.TRUNCATED));

    /** @param all rows of all tables */
    TableReport(Table table, Collection<Row> all) {
        this.table = table;
        this.rows = all.stream().filter(row -> row.table().equals(table.id())).toList();
        rows.stream().map(Row::recipe).filter(recipe -> !recipe.equals(Twins.FLOAT)).forEach(recipes::add);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<Row> rows() {
        return rows;
    }

    Set<String> recipes() {
        return recipes;
    }

    /** Accuracy of a recipe at a selection, if it was measured. */
    Optional<Spread> accuracy(String recipe, String selection) {
        List<Double> values = rows.stream().filter(row -> row.recipe().equals(recipe) && row.selection().equals(selection))
                .map(Row::testAccuracy).toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** One row of each selection, the costly ones first, then those with the fewest levels open. */
    List<Row> selections() {
        Map<String, Row> first = new LinkedHashMap<>();
        rows.stream().filter(row -> !row.recipe().equals(Twins.FLOAT)).forEach(row -> first.putIfAbsent(row.selection(), row));
        return first.values().stream().sorted(Comparator.comparingLong(Row::bops).reversed()
                .thenComparingInt(row -> row.level().length())).toList();
    }

    /** @param picture as the page links to it */
    String markdown(String picture) {
        StringBuilder text = new StringBuilder("## " + table.id() + "\n\n");
        text.append(verdict()).append("\n\n![accuracy](").append(picture).append(")\n\n");
        text.append("| selection | k MACs | M BOPs | ").append(String.join(" | ", recipes)).append(" | nested − twin |\n")
                .append("|---|---:|---:|").append("---:|".repeat(recipes.size() + 1)).append('\n');
        for (Row selection : selections()) {
            text.append("| ").append(label(selection)).append(format(" | %,.0f | %,.2f | ", selection.macs() / 1e3, selection.bops() / 1e6));
            recipes.forEach(recipe -> text.append(accuracy(recipe, selection.selection()).map(Spread::toString).orElse("–")).append(" | "));
            OptionalDouble difference = difference(NESTED, selection.selection());
            text.append(difference.isPresent() ? format("%+.2f", difference.getAsDouble()) : "–").append(" |\n");
        }
        rows.stream().filter(row -> row.recipe().equals(Twins.FLOAT)).findFirst().ifPresent(row ->
                text.append("\nThe full network alone in float32: ").append(accuracy(Twins.FLOAT, row.selection()).orElseThrow()).append(" %.\n"));
        return text.append('\n').append(costs()).append('\n').append(missing()).append('\n').toString();
    }

    /** Short, as {@code results.csv} has it in full: the first of the axes that go together; bits of weights and signals where all differ. */
    private String label(Row row) {
        return switch (table) {
            case JOINT, ABLATION -> format("%s, %d/%d bits", row.level(), row.weightBits(), row.activationBits());
            case LEVELS -> row.level().replace("+", " + ");
            case CHANNELS, NEURONS, PATHS, LAYERS -> row.selection().replaceFirst(",.*", ", …");
            default -> row.selection().replace(",", ", ");
        };
    }

    private OptionalDouble difference(String recipe, String selection) {
        Optional<Spread> ours = accuracy(recipe, selection);
        Optional<Spread> twin = accuracy(Twins.NAME, selection);
        return ours.isPresent() && twin.isPresent() ? OptionalDouble.of(ours.get().mean() - twin.get().mean()) : OptionalDouble.empty();
    }

    private Map<String, List<Row>> byLevel(String recipe) {
        return selections().stream().filter(row -> difference(recipe, row.selection()).isPresent())
                .collect(Collectors.groupingBy(Row::level, LinkedHashMap::new, Collectors.toList()));
    }

    /** Where nested wins and loses, in words; in the joint table for each kind of selection, and what is tuned of it as well. */
    private String verdict() {
        Map<String, List<Row>> byLevel = byLevel(NESTED);
        if (byLevel.isEmpty()) {
            return "No selection has both a nested network and a twin yet.";
        }
        if (table == Table.LEVELS) {
            return steps(byLevel.values().stream().map(only -> only.get(0)).toList());
        }
        List<String> sentences = new ArrayList<>();
        for (String recipe : List.of(NESTED, Tuned.NAME, Tuned.WEIGHTS)) {
            byLevel(recipe).forEach((level, selections) -> sentences.add(verdict(recipe, level, selections)));
        }
        return String.join("\n\n", sentences);
    }

    private String verdict(String recipe, String level, List<Row> selections) {
        ToDoubleFunction<Row> difference = row -> difference(recipe, row.selection()).orElseThrow();
        double mean = selections.stream().mapToDouble(difference).average().orElseThrow();
        Row worst = selections.stream().min(Comparator.comparingDouble(difference)).orElseThrow();
        double least = difference.applyAsDouble(worst);
        String twins = selections.size() == 1 ? "its twin" : format("its twins on average over %d selections", selections.size());
        String apart = Math.abs(mean) < 0.005 ? "as good as" : format("%.2f points %s", Math.abs(mean), mean < 0 ? "below" : "above");
        String verdict = format("%s: %s is **%s** %s", level, recipe, apart, twins);
        return selections.size() == 1 ? verdict + "."
                : verdict + "; " + (least < 0 ? format("it loses the most, %.2f, at %s.", -least, label(worst)) : "it loses nowhere.");
    }

    /** What each further level costs the full network. */
    private String steps(List<Row> opened) {
        List<String> steps = new ArrayList<>();
        double before = 0;
        String open = "";
        for (Row row : opened) {
            double now = difference(NESTED, row.selection()).orElseThrow();
            // more than one, if what lies between was not measured
            steps.add(format("%s %.2f", row.level().substring(open.length()).replace("+", " and "), before - now));
            before = now;
            open = row.level() + "+";
        }
        return "What each further level costs the full network, in points: " + String.join(", ", steps) + ".";
    }

    /** What the training of one network cost, relative to training the full one alone; of twins, of all together. */
    private String costs() {
        StringBuilder text = new StringBuilder("| recipe | trainings per seed | images shown | forward+backward GMACs | of the full twin "
                + "| seconds | of the full twin |\n|---|---:|---:|---:|---:|---:|---:|\n");
        Optional<Row> full = selections().stream().findFirst()
                .flatMap(first -> rows.stream().filter(row -> row.recipe().equals(Twins.NAME) && row.selection().equals(first.selection())).findFirst());
        for (String recipe : recipes) {
            List<Row> own = rows.stream().filter(row -> row.recipe().equals(recipe)).toList();
            if (own.isEmpty()) {
                continue;
            }
            // rows of one training share its costs
            Map<String, Row> trainings = new LinkedHashMap<>();
            own.forEach(row -> trainings.putIfAbsent(row.seed() + "/" + row.trainMacs() + "/" + row.seconds(), row));
            double seeds = own.stream().map(Row::seed).distinct().count();
            double macs = trainings.values().stream().mapToDouble(Row::trainMacs).sum() / seeds;
            double seconds = trainings.values().stream().mapToDouble(Row::seconds).sum() / seeds;
            text.append(format("| %s | %.1f | %,.0f | %,.0f | ", recipe, trainings.size() / seeds,
                    trainings.values().stream().mapToDouble(Row::images).sum() / seeds, macs / 1e9))
                    .append(full.map(row -> format("%.2f", macs / row.trainMacs())).orElse("–")).append(format(" | %,.0f | ", seconds))
                    .append(full.map(row -> format("%.2f", seconds / row.seconds())).orElse("–")).append(" |\n");
        }
        return text.toString();
    }

    private String missing() {
        List<String> gaps = new ArrayList<>();
        for (String recipe : List.of(NESTED, Twins.NAME, Twins.TRUNCATED)) {
            Map<Integer, Long> seeds = selections().stream()
                    .filter(row -> !recipe.equals(Twins.TRUNCATED) || !row.equals(selections().get(0)))
                    .map(row -> accuracy(recipe, row.selection()).map(Spread::count).orElse(0))
                    .filter(count -> count < table.seeds(recipe)).collect(Collectors.groupingBy(count -> count, TreeMap::new, Collectors.counting()));
            seeds.forEach((count, selections) -> gaps.add(format("%s has %d of %d seeds at %d selections", recipe, count, table.seeds(recipe),
                    selections)));
        }
        for (String peer : table.peers()) {
            long measured = selections().stream().filter(row -> accuracy(peer, row.selection()).isPresent()).count();
            if (measured > 0 && measured < selections().size()) {
                gaps.add(format("%s has %d of %d selections", peer, measured, selections().size()));
            }
        }
        Set<String> peers = new TreeSet<>(table.peers());
        peers.removeAll(recipes);
        if (!peers.isEmpty()) {
            gaps.add("the recipes of peers " + String.join(", ", peers));
        }
        return gaps.isEmpty() ? "" : "Missing: " + String.join("; ", gaps) + ".\n";
    }

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
