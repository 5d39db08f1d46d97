package io.fullynested.report;

import io.fullynested.Calibration;
import io.fullynested.NestedNetwork;
import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.search.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The body of the report, section by section. */
final class ReportPage {

    /** Of the front as a table. */
    private static final int ROWS = 200;

    private final String metric;
    private final List<ReportData.Cost> costs;
    private final List<Goal> goals;
    private final Map<String, String> unmet;
    private final Candidate full;
    private final Optional<RunSummary> run;
    private final List<Figure> figures = new ArrayList<>();
    private final Markup header = new Markup();
    private final Markup main = new Markup();
    private final Map<String, String> sections = new LinkedHashMap<>();

    /** @param metric what scores are of */
    ReportPage(String metric, List<ReportData.Cost> costs, List<Goal> goals, Map<String, String> unmet, Candidate full, Optional<RunSummary> run) {
        this.metric = metric;
        this.costs = costs;
        this.goals = goals;
        this.unmet = unmet;
        this.full = full;
        this.run = run;
    }

    /** All that were drawn. */
    List<Figure> figures() {
        return figures;
    }

    void head(TrainedSupernet net, int visited) {
        DataSource.Splits data = net.network().data();
        header.open("header").text("h1", net.network().name()).text("p", String.format(Locale.ROOT, "One training, %s submodels in %d axes. "
                + "Of those that the search measured, %,d were measured on all %,d validation images; the full model has %s of %s.", large(net.network().supernet().submodels()),
                net.axes().axes().size(), visited, data.validation().size(),
                metric, Quantity.percent(full.evaluation().score())));
        header.open("div", "class", "cards");
        goals.forEach(this::card);
        header.close().close();
        section("budgets", "Budgets", run.isEmpty() ? "What was asked for, and what was found."
                : "What was asked for, what was found, and the files to deploy. Scores are those of the exported networks; the last column is the share of "
                + "the answers that a file gives as well" + (runner().orElse("").equals("compiled") ? " when it is compiled." : " in onnxruntime."));
        budgets();
        main.close();
    }

    private static String large(double number) {
        return number < 1e6 ? String.format(Locale.ROOT, "%,.0f", number) : String.format(Locale.ROOT, "%.3g", number);
    }

    private Optional<RunSummary.Chosen> export(Goal goal) {
        return run.flatMap(summary -> summary.budgets().stream().filter(chosen -> chosen.name().equals(goal.name())).findFirst());
    }

    private void card(Goal goal) {
        Optional<RunSummary.Chosen> export = export(goal);
        double score = export.map(chosen -> chosen.metrics().get(metric, "test")).orElse(goal.chosen().evaluation().score());
        header.open("div", "class", "card").open("h2").open("svg", "viewBox", "-9 -9 18 18", "class", "figure", "aria-hidden", "true")
                .leaf("path", "class", "chosen " + goal.style(), "d", goal.marker(0, 0)).close().text("span", goal.name()).close();
        header.open("div", "class", "big").add(Quantity.percent(score) + " ")
                .text("small", (export.isPresent() ? "test " : "validation ") + metric).close();
        header.open("dl");
        for (ReportData.Cost cost : limited()) {
            double value = goal.chosen().costs().get(cost.name());
            header.text("dt", cost.name()).text("dd", Quantity.text(value, cost.unit())).text("dd", less(value, cost));
        }
        header.close().close();
    }

    /** The costs that are asked for. */
    private List<ReportData.Cost> limited() {
        return costs.stream().filter(cost -> goals.stream().anyMatch(goal -> goal.constraints().containsKey(cost.name()))).toList();
    }

    /** By which factor it is below the full model's. */
    private String less(double value, ReportData.Cost cost) {
        double factor = full.costs().get(cost.name()) / value;
        return value == 0 ? "" : factor < 1.005 ? "as full" : Quantity.digits(factor) + "× less";
    }

    private void budgets() {
        List<HtmlTable.Column> columns = new ArrayList<>(List.of(HtmlTable.Column.words("submodel"), HtmlTable.Column.words("limits"),
                HtmlTable.Column.words(run.isPresent() ? "file" : "selection"), HtmlTable.Column.numbers("validation")));
        run.ifPresent(summary -> columns.add(HtmlTable.Column.numbers("test")));
        costs.forEach(cost -> columns.add(HtmlTable.Column.numbers(cost.name())));
        runner().ifPresent(name -> columns.add(HtmlTable.Column.numbers(name)));
        HtmlTable table = new HtmlTable(main, "Budgets", "sortable stack", columns);
        row(table, "full model", "", "", full, run.map(summary -> summary.supernet().metrics()), "");
        for (Goal goal : goals) {
            Optional<RunSummary.Chosen> export = export(goal);
            String file = run.isPresent() ? "" : "selections/" + goal.name() + ".txt";
            row(table, goal.name(), limits(goal), export.map(RunSummary.Chosen::onnx).orElse(file), goal.chosen(), export.map(RunSummary.Chosen::metrics),
                    export.map(chosen -> chosen.agreement().map(Quantity::percent).orElse("not run")).orElse("not exported"));
        }
        table.close();
        unmet.forEach((name, why) -> main.open("p", "class", "unmet").text("strong", name + " was not met").add(" ").content(why).close());
        for (Goal goal : goals) {
            main.open("details").text("summary", "what " + goal.name() + " keeps")
                    .text("pre", goal.chosen().spec().toString().replace(",", ", ")).close();
        }
    }

    /** What ran the files, if a run exported some. */
    private Optional<String> runner() {
        return run.map(summary -> summary.budgets().stream().anyMatch(RunSummary.Chosen::c) ? "compiled" : "onnxruntime");
    }

    private void row(HtmlTable table, String name, String limits, String file, Candidate candidate, Optional<RunSummary.Metrics> metrics, String agreement) {
        double validation = metrics.map(all -> all.get(metric, "validation")).orElse(candidate.evaluation().score());
        table.row(name).cell(limits).link(file).cell(Quantity.percent(validation), validation, "");
        run.ifPresent(summary -> metrics.ifPresentOrElse(all -> table.cell(Quantity.percent(all.get(metric, "test")), all.get(metric, "test"), ""),
                () -> table.cell("")));
        for (ReportData.Cost cost : costs) {
            double value = candidate.costs().get(cost.name());
            table.cell(Quantity.exact(value, cost.unit()), value, candidate == full ? "" : less(value, cost));
        }
        run.ifPresent(summary -> table.cell(agreement));
        table.done();
    }

    private String limits(Goal goal) {
        List<String> limits = new ArrayList<>();
        goal.constraints().forEach((name, limit) -> limits.add((name.equals(metric) ? name + " ≥ " + Quantity.percent(limit)
                : name + " ≤ " + costs.stream().filter(cost -> cost.name().equals(name)).map(cost -> Quantity.text(limit, cost.unit()))
                .findFirst().orElse(Quantity.digits(limit))).replace(' ', '\u00a0')));
        return String.join(", ", limits);
    }

    /** @param trades those of the visited that are on the front of all costs */
    void fronts(Collection<Candidate> trades, int visited, List<Figure> fronts) {
        section("front", "The Pareto front", "Each point is a submodel that the search measured, all cut from the same weights. " + trades.size()
                + " of " + visited + " are on the front of all costs: no other is as cheap by each and as accurate. The solid ones of them "
                + "are also on the front of score and this cost alone. Click one for the command that exports it.");
        main.open("div", "class", "fronts", "data-tabs", "", "data-name", "costs");
        for (int i = 0; i < fronts.size(); i++) {
            main.open("div", "data-tab", costs.get(i).name());
            figure(fronts.get(i), "scroll fit");
            main.text("div", "", "class", "picked", "role", "status").close();
        }
        main.close();
        table(trades);
        main.close();
    }

    /** What the drawings show to those who see them. */
    private void table(Collection<Candidate> trades) {
        main.open("details").text("summary", trades.size() > ROWS ? "the " + ROWS + " best of the front as a table" : "the front as a table");
        List<HtmlTable.Column> columns = new ArrayList<>(List.of(HtmlTable.Column.words("selection"), HtmlTable.Column.numbers(metric)));
        costs.forEach(cost -> columns.add(HtmlTable.Column.numbers(cost.name())));
        HtmlTable table = new HtmlTable(main, "The Pareto front", "sortable long", columns);
        trades.stream().sorted(Comparator.comparingDouble(one -> -one.evaluation().score())).limit(ROWS).forEach(one -> {
            table.row(one.spec().toString().replace(",", ", ")).cell(Quantity.percent(one.evaluation().score()), one.evaluation().score(), "");
            costs.forEach(cost -> table.cell(Quantity.exact(one.costs().get(cost.name()), cost.unit()), one.costs().get(cost.name()), ""));
            table.done();
        });
        table.close();
        main.close();
    }

    /** Those that a run exported. */
    void ensembles(List<RunSummary.Together> ensembles) {
        if (ensembles.isEmpty()) {
            return;
        }
        section("ensembles", "Ensembles", "Members whose answers are averaged, in one file and within one budget together, where that is better than the best one "
                + "by their loss on validation images. Calibration error: how far their confidence is from the share that they tell rightly, on test images.");
        List<HtmlTable.Column> columns = new ArrayList<>(List.of(HtmlTable.Column.words("budget"), HtmlTable.Column.words("file"), HtmlTable.Column.numbers("members"),
                HtmlTable.Column.numbers("validation accuracy"), HtmlTable.Column.numbers("test accuracy"), HtmlTable.Column.numbers("calibration error")));
        List<ReportData.Cost> known = costs.stream().filter(cost -> ensembles.stream().allMatch(one -> one.cost().containsKey(cost.name()))).toList();
        known.forEach(cost -> columns.add(HtmlTable.Column.numbers(cost.name())));
        HtmlTable table = new HtmlTable(main, "Ensembles", "stack", columns);
        for (RunSummary.Together one : ensembles) {
            Calibration test = one.calibration().get("test");
            table.row(one.name()).link(one.onnx()).cell(String.valueOf(one.selections().size())).cell(Quantity.percent(one.calibration().get("validation").accuracy()))
                    .cell(Quantity.percent(test.accuracy())).cell(String.format(Locale.ROOT, "%.3f", test.error()));
            known.forEach(cost -> table.cell(Quantity.exact(one.cost().get(cost.name()), cost.unit())));
            table.done();
        }
        table.close();
        main.close();
    }

    void ways(Figure architecture, List<Figure> ways) {
        boolean moving = !ways.isEmpty();
        section("way", moving ? "What is removed first" : "The network", "Each tower is a layer: as high as it has channels, filled as "
                + "far as they are kept, lines between its groups of paths. Arcs are signals that skip layers."
                + (moving ? " Move the slider to walk from the full model down to a budget." : ""));
        if (moving) {
            main.text("div", "", "class", "tabs", "id", "ways", "role", "group", "aria-label", "budgets");
            main.open("div", "class", "controls").text("button", "▶ play", "class", "play", "id", "play", "type", "button")
                    .leaf("input", "type", "range", "id", "step", "min", 0, "max", 0, "value", 0, "aria-label", "steps of the way")
                    .text("output", "", "id", "step-text").close();
            main.text("div", "", "class", "now", "id", "now");
        }
        legend(moving);
        main.open("div", "id", "architecture");
        figure(architecture);
        main.close();
        for (Figure way : ways) {
            main.open("div", "data-way", "");
            figure(way);
            main.close();
        }
        main.close();
    }

    private void legend(boolean moving) {
        main.open("div", "class", "legend").text("span", "bits of weights");
        for (String bits : new String[] {"8", "6", "4", "3", "2", "1", "32"}) {
            main.open("span").open("svg", "viewBox", "0 0 14 14", "class", "figure", "aria-hidden", "true")
                    .leaf("rect", "class", "b" + bits, "width", 14, "height", 14, "rx", 3).close().add(bits.equals("32") ? "float" : bits).close();
        }
        if (moving) {
            main.open("span", "class", "last").add("cost below the ground").text("span", "", "class", "tabs", "id", "cost-of", "role", "group", "aria-label", "costs").close();
        }
        main.close();
    }

    void layers(Figure heatMap) {
        section("layers", "Bits and widths of each layer",
                "The darker, the more is kept. Empty columns have no weights; dashed cells are left out.");
        figure(heatMap);
        main.close();
    }

    /** @param sensitivities axis → terms kept → nats */
    void sensitivities(Map<String, Map<Integer, Double>> sensitivities) {
        if (sensitivities.isEmpty()) {
            return;
        }
        section("sensitivities", "How sensitive each axis is", "How far predictions move from the full model's where one axis alone keeps less: the mean of "
                + "KL(full ‖ submodel) in nats, of what the search measured. The strategy knapsack measures all of it.");
        TreeSet<Integer> keeps = new TreeSet<>(Comparator.reverseOrder());
        sensitivities.values().forEach(of -> keeps.addAll(of.keySet()));
        List<HtmlTable.Column> columns = new ArrayList<>(List.of(HtmlTable.Column.words("axis")));
        keeps.forEach(keep -> columns.add(HtmlTable.Column.numbers("keeps " + keep)));
        HtmlTable table = new HtmlTable(main, "How sensitive each axis is", "sortable", columns);
        sensitivities.forEach((axis, of) -> {
            table.row(axis);
            keeps.forEach(keep -> table.cell(of.containsKey(keep) ? String.format(Locale.ROOT, "%.4f", of.get(keep)) : "", of.getOrDefault(keep, -1.0), ""));
            table.done();
        });
        table.close();
        main.close();
    }

    void costs(List<Figure> byLayer) {
        if (byLayer.isEmpty()) {
            return;
        }
        section("costs", "Where the costs are", "The share of each layer, and behind it what it is in the full model.");
        main.open("div", "data-tabs", "", "data-name", "costs");
        for (Figure figure : byLayer) {
            main.open("div", "data-tab", figure.name().substring("costs-".length()));
            figure(figure);
            main.close();
        }
        main.close().close();
    }

    void mistakes(Mistakes mistakes) {
        section("mistakes", "Mistakes", "What " + String.format(Locale.ROOT, "%,d", mistakes.size()) + " validation images are taken for: rows are their classes, "
                + "columns the answers.");
        List<Figure> matrices = mistakes.figures();
        if (!matrices.isEmpty()) {
            main.open("div", "data-tabs", "", "data-name", "submodels");
            for (int i = 0; i < matrices.size(); i++) {
                main.open("div", "data-tab", i == 0 ? "full model" : goals.get(i - 1).name());
                figure(matrices.get(i));
                main.close();
            }
            main.close();
        }
        main.text("h3", "The classes that are confused most");
        mistakes.table(main);
        mistakes.examples(main);
        main.close();
    }

    void training(List<Figure> curves, boolean augmented, Optional<String> outcome) {
        if (curves.isEmpty()) {
            return;
        }
        section("training", "Training", "Means over each epoch, of the submodels that ordered dropout drew, on " + (augmented ? "augmented " : "")
                + "training images; on validation images those of the full network and, dashed, of the smallest. "
                + outcome.map(text -> text + ".").orElse(""));
        curves.forEach(curve -> figure(curve, "scroll fit"));
        main.close();
    }

    void errors(Map<String, String> errors) {
        section("errors", "How sure this is", "What the numbers above are worth.");
        HtmlTable table = new HtmlTable(main, "How sure this is", "stack", List.of(HtmlTable.Column.words("what"), HtmlTable.Column.numbers("how much")));
        errors.forEach((what, error) -> table.row(what).cell(error).done());
        table.close();
        main.close();
    }

    void foot() {
        main.open("footer").text("p", "Made by Fully Nested " + NestedNetwork.version() + ". The drawings of this page are in plots/ as SVG, "
                + "the front of all costs is in front.csv.").close();
    }

    /** Begins a section, which the caller closes. */
    private void section(String id, String name, String about) {
        sections.put(id, name);
        main.open("section", "id", id).text("h2", name).text("p", about);
    }

    private void figure(Figure figure) {
        figure(figure, "scroll");
    }

    private void figure(Figure figure, String style) {
        figures.add(figure);
        main.open("figure", "class", style, "data-name", figure.title()).add(figure.inline()).close();
    }

    @Override
    public String toString() {
        Markup nav = new Markup().open("nav", "aria-label", "sections");
        sections.forEach((id, name) -> nav.text("a", name, "href", "#" + id));
        return header + nav.close().toString() + new Markup().open("main").add(main.toString()).close();
    }
}
