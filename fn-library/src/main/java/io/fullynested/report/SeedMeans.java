package io.fullynested.report;

import io.fullynested.report.ComparedRun.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
        List<String> names = groups.keySet().stream().flatMap(run -> run.chosen().keySet().stream()).distinct().toList();
        List<List<String>> rows = new ArrayList<>();
        if (byGroup.values().stream().anyMatch(runs -> runs.size() > 1)) {
            byGroup.forEach((group, runs) -> {
                List<String> row = new ArrayList<>(List.of(group.isEmpty() ? "as described" : group, String.valueOf(runs.size()),
                        score(runs.stream().map(ComparedRun::full).toList())));
                names.forEach(name -> row.add(score(runs.stream().map(run -> run.chosen().get(name)).flatMap(Stream::ofNullable).toList())));
                rows.add(row);
            });
        }
        return new TextTable(Stream.concat(Stream.of("", "seeds", "full"), names.stream()).toList(), rows);
    }

    private static String score(List<Member> members) {
        int count = members.size();
        double mean = members.stream().mapToDouble(Member::test).average().orElse(Double.NaN);
        double squares = members.stream().mapToDouble(member -> (member.test() - mean) * (member.test() - mean)).sum();
        Optional<String> spread = count < 2 ? Optional.empty() : Optional.of(String.format(Locale.ROOT, " ± %.2f", 100 * Math.sqrt(squares / (count - 1))));
        return count == 0 ? "–" : String.format(Locale.ROOT, "%.2f%s %%", 100 * mean, spread.orElse(""));
    }
}
