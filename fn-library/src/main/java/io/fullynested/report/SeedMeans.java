package io.fullynested.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Test scores of runs that differ in nothing but their seed: mean and standard deviation. */
public final class SeedMeans {

    private SeedMeans() {
    }

    /**
     * A row for each group; no row if no group has two runs.
     *
     * @param groups what runs are, but for their seed
     */
    public static TextTable of(Map<ComparedRun, String> groups) {
        Map<String, List<ComparedRun>> byGroup = new LinkedHashMap<>();
        groups.forEach((run, group) -> byGroup.computeIfAbsent(group, none -> new ArrayList<>()).add(run));
        List<String> names = groups.keySet().stream().flatMap(run -> run.budgets()).distinct().toList();
        List<List<String>> rows = new ArrayList<>();
        if (byGroup.values().stream().anyMatch(runs -> runs.size() > 1)) {
            byGroup.forEach((group, runs) -> {
                List<String> row = new ArrayList<>(List.of(group.isEmpty() ? "as described" : group, String.valueOf(runs.size()),
                        score(runs.stream().mapToDouble(ComparedRun::full).toArray())));
                names.forEach(name -> row.add(score(runs.stream().flatMapToDouble(run -> run.score(name).stream()).toArray())));
                rows.add(row);
            });
        }
        return new TextTable(Stream.concat(Stream.of("", "seeds", "full"), names.stream()).toList(), rows);
    }

    private static String score(double[] scores) {
        double mean = DoubleStream.of(scores).average().orElse(Double.NaN);
        double squares = DoubleStream.of(scores).map(score -> (score - mean) * (score - mean)).sum();
        String spread = scores.length < 2 ? "" : String.format(Locale.ROOT, " ± %.2f", 100 * Math.sqrt(squares / (scores.length - 1)));
        return scores.length == 0 ? "–" : String.format(Locale.ROOT, "%.2f%s %%", 100 * mean, spread);
    }
}
