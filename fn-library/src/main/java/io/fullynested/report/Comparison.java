package io.fullynested.report;

import io.fullynested.NestedNetwork;
import io.fullynested.RunSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Runs side by side: what they found for each budget, in what their descriptions differ, and their fronts over each other. */
public final class Comparison {

    private static final String NOTHING = "–";

    private final List<ComparedRun> runs;

    /** @throws IllegalArgumentException if their scores are of several metrics */
    public Comparison(List<ComparedRun> runs) {
        this.runs = List.copyOf(runs);
        List<String> metrics = runs.stream().map(run -> run.summary().metric()).distinct().toList();
        if (metrics.size() != 1) {
            throw new IllegalArgumentException("scores of " + String.join(" and ", metrics) + " cannot be compared");
        }
    }

    /** Test scores: a row for each run, a column for the full model and for each budget. */
    public TextTable scores() {
        return table("test " + metric(), run -> Stream.concat(Stream.of(Quantity.percent(run.full())), names().map(name ->
                run.score(name).stream().mapToObj(Quantity::percent).findFirst().orElse(NOTHING))).toList());
    }

    private TextTable costs(String cost) {
        return table(cost, run -> Stream.concat(Stream.of(Optional.of(run.summary().supernet().cost())), names().map(name ->
                run.chosen(name).map(RunSummary.Chosen::cost))).map(costs -> costs.map(all -> all.get(cost)).map(value ->
                Quantity.text(value, unit(cost))).orElse(NOTHING)).toList());
    }

    private TextTable table(String corner, Function<ComparedRun, List<String>> cells) {
        return new TextTable(Stream.concat(Stream.of(corner, "full"), names()).toList(),
                runs.stream().map(run -> Stream.concat(Stream.of(run.name()), cells.apply(run).stream()).toList()).toList());
    }

    /** Of budgets and floors, in the order in which runs have them. */
    private Stream<String> names() {
        return runs.stream().flatMap(ComparedRun::budgets).distinct();
    }

    /** In what descriptions and seeds differ: a row for each value, a column for each run. Empty if in nothing. */
    public TextTable differences() {
        List<List<String>> rows = new ArrayList<>();
        Set<String> paths = new LinkedHashSet<>();
        runs.forEach(run -> paths.addAll(run.summary().values().keySet()));
        paths.forEach(path -> row(rows, path, run -> run.summary().values().get(path)));
        row(rows, "seed", run -> String.valueOf(run.summary().seed()));
        return new TextTable(Stream.concat(Stream.of("value"), runs.stream().map(ComparedRun::name)).toList(), rows);
    }

    private void row(List<List<String>> rows, String name, Function<ComparedRun, String> value) {
        if (runs.stream().map(value).distinct().count() > 1) {
            rows.add(Stream.concat(Stream.of(name), runs.stream().map(run -> Objects.requireNonNullElse(value.apply(run), NOTHING))).toList());
        }
    }

    /**
     * Writes a page that needs no other file, as a whole or not at all.
     *
     * @param title what it is about
     * @param means of runs that differ in their seed only, if there are some; else no row
     */
    public void write(Path page, String title, TextTable means) throws IOException {
        Markup body = new Markup().open("header").text("h1", title).text("p", runs.size() + " runs: what each found, in what they differ, "
                + "and the fronts of all over each other.").close().open("main");
        if (!means.rows().isEmpty()) {
            section(body, "Over seeds", "Mean of the test scores and, behind ±, their standard deviation.", means);
        }
        section(body, "Scores", "Of the exported networks, on test images.", scores());
        TextTable differences = differences();
        if (differences.rows().isEmpty()) {
            body.text("p", "The descriptions and seeds are the same.");
        } else {
            section(body, "Differences", "What descriptions and seeds say otherwise.", differences);
        }
        List<String> costs = runs.get(0).summary().supernet().cost().keySet().stream().filter(cost -> runs.stream().allMatch(run -> !run.front().isEmpty()
                && run.front().stream().allMatch(row -> row.costs().containsKey(cost)))).toList();
        body.open("section").text("h2", "Fronts").text("p", "The best validation " + metric() + " that each cost buys in each run.");
        for (String cost : costs) {
            Figure figure = ComparisonFigure.over(runs, cost, unit(cost));
            body.open("figure", "class", "scroll fit", "data-name", figure.title()).add(figure.inline()).close();
        }
        body.close();
        for (String cost : costs) {
            section(body, cost, "Of the full model and of what was chosen, in " + unit(cost) + ".", costs(cost));
        }
        body.open("footer").text("p", "Made by Fully Nested " + NestedNetwork.version() + ".").close().close();
        HtmlPage.write(page, Map.of("title", Markup.escaped(title), "body", body.toString(), "data", "{}", "script", ""));
    }

    private static void section(Markup body, String name, String about, TextTable table) {
        body.open("section").text("h2", name).text("p", about);
        table.in(body, name);
        body.close();
    }

    private String metric() {
        return runs.get(0).summary().metric();
    }

    private String unit(String cost) {
        return runs.stream().map(run -> run.summary().units().get(cost)).filter(Objects::nonNull).findFirst().orElse(cost);
    }
}
