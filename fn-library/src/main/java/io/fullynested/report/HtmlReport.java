package io.fullynested.report;

import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.TrainingCurve;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.hardware.LatencyTable;
import io.fullynested.search.ParetoFront;
import io.fullynested.search.SearchOptions;
import io.fullynested.search.SubmodelSearch;
import io.fullynested.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a search found, to be looked at: {@code report.html}, one file that needs no other, and its drawings as SVG files in
 * {@code plots}. All that it draws of a network comes from the graphs of its submodels.
 */
public final class HtmlReport {

    /** The metric that is a share of the images, whose chance is known. */
    private static final String SHARE = "accuracy";

    private final TrainedSupernet net;
    private final SubmodelSearch search;
    private final List<Goal> goals = new ArrayList<>();
    private final Map<String, String> unmet;
    /** The costs that were limited or minimised. */
    private final Set<String> asked = new LinkedHashSet<>();
    private final Optional<RunSummary> run;
    private final TrainingCurve training;
    private final Candidate full;
    private final List<Candidate> visited;
    private final List<List<SubmodelSpec>> paths;
    private final Map<String, Double> figures;
    private final Map<String, Map<Integer, Double>> sensitivities;
    private final Map<SubmodelSpec, Layers> layers = new LinkedHashMap<>();

    /**
     * A report.
     *
     * @param options  what was looked for
     * @param run      what else came of it, if it was more than a search
     * @param training its epochs; none if they are not known
     * @throws IllegalArgumentException if {@code found} is not of {@code options}
     */
    public HtmlReport(TrainedSupernet net, SearchOptions options, SearchResult found, Optional<RunSummary> run,
                      TrainingCurve training) {
        this.net = net;
        this.search = net.network().costs(options);
        this.run = run;
        this.training = training;
        this.unmet = found.unmet();
        options.floors().forEach(floor -> asked.add(floor.minimise()));
        for (String name : options.names()) {
            asked.addAll(options.constraints(name).keySet());
            if (found.chosen().containsKey(name)) {
                goals.add(new Goal(goals.size(), name, options.constraints(name), found.chosen().get(name)));
            } else if (!unmet.containsKey(name)) {
                throw new IllegalArgumentException("The search found nothing for " + name + ", only for " + found.chosen().keySet());
            }
        }
        SubmodelSpec all = net.axes().full();
        this.full = found.visited().stream().filter(candidate -> candidate.spec().equals(all)).findFirst().orElseGet(() ->
                new Candidate(all, search.costs(all), net.evaluate(all, net.network().data().validation())));
        Set<Candidate> known = new LinkedHashSet<>(List.of(full));
        known.addAll(found.visited());
        this.visited = List.copyOf(known);
        this.paths = found.paths();
        this.figures = found.figures();
        this.sensitivities = found.sensitivities();
    }

    /** Writes {@code report.html} and the folder {@code plots}, each file as a whole or not at all, in the place of those of another report. */
    public void write(Path folder) throws IOException {
        List<ReportData.Cost> costs = new ArrayList<>();
        Map<String, String> units = search.units();
        // what was asked for comes first
        Set<String> names = new LinkedHashSet<>(asked);
        names.addAll(full.costs().keySet());
        names.retainAll(full.costs().keySet());
        names.forEach(cost -> costs.add(ReportData.Cost.of(cost, units.get(cost), layers(full.spec(), full.costs()).costs().contains(cost))));
        List<Way> ways = goals.stream().map(goal -> Way.to(goal.name(), goal.chosen(), paths, visited, search::costs))
                .filter(way -> way.steps().size() > 2).toList();
        List<Drawn> chosen = new ArrayList<>(List.of(new Drawn("full model", full, layers(full.spec(), full.costs()))));
        goals.forEach(goal -> chosen.add(new Drawn(goal.name(), goal.chosen(), layers(goal.chosen().spec(), goal.chosen().costs()))));
        ways.forEach(way -> way.steps().forEach(step -> layers(step.spec(), step.costs())));

        Set<Layers.Edge> edges = new LinkedHashSet<>();
        layers.values().forEach(submodel -> edges.addAll(submodel.edges()));
        Columns columns = new Columns(layers(full.spec(), full.costs()));
        ArchitectureFigure architecture = new ArchitectureFigure(columns, edges);
        ReportPage page = new ReportPage(net.network().metric(), costs, goals, unmet, full, run);
        Set<Candidate> trades = new LinkedHashSet<>(ParetoFront.of(visited).candidates());
        FrontFigure front = new FrontFigure(visited, goals, trades, net.network().metric());
        List<ReportData.Cost> byLayer = costs.stream().filter(ReportData.Cost::byLayer).toList();

        page.head(net, visited.size());
        run.ifPresent(summary -> page.ensembles(summary.ensembles()));
        page.fronts(trades, visited.size(), costs.stream().map(cost -> front.over(cost.name(), cost.unit())).toList());
        String first = byLayer.isEmpty() ? "" : byLayer.get(0).name();
        Figure whole = architecture.draw("architecture", "The full model, layer by layer", layers(full.spec(), full.costs()), first);
        page.ways(whole, ways.stream().map(way -> WayFigure.draw(way, net.axes().axes(), net.network().metric())).toList());
        page.layers(new HeatMapFigure(columns, chosen).draw());
        page.sensitivities(sensitivities);
        page.costs(byLayer.stream().map(cost -> CostFigure.draw(columns, chosen, cost.name(), cost.unit())).toList());
        Map<String, SubmodelSpec> asked = new LinkedHashMap<>();
        chosen.forEach(one -> asked.put(one.name(), one.candidate().spec()));
        Mistakes.of(net, asked).forEach(page::mistakes);
        page.training(training.epochs().isEmpty() ? List.of() : List.of(TrainingFigure.draw(training, net.network().metric())),
                !net.network().spec().training().augmentation().equals(TrainingOptions.Augmentation.NONE), training.outcome(net.network().metric()));
        page.errors(errors());
        page.foot();

        List<Figure> more = new ArrayList<>(page.figures());
        goals.forEach(goal -> more.add(architecture.draw("architecture-" + goal.name(), "The submodel " + goal.name() + " within the full model",
                layers(goal.chosen().spec(), goal.chosen().costs()), first)));
        String style = HtmlPage.resource("figure.css");
        Files.createDirectories(folder.resolve("plots"));
        Set<String> drawn = new LinkedHashSet<>();
        for (Figure figure : more) {
            drawn.add(figure.name() + ".svg");
            AtomicFile.writeText(folder.resolve("plots").resolve(figure.name() + ".svg"), figure.file(style));
        }
        HtmlPage.write(folder.resolve("report.html"), Map.of("title", Markup.escaped(net.network().name()), "body", page.toString(),
                "data", data(costs, columns, architecture, ways).json(), "script", HtmlPage.resource("report.js")));
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folder.resolve("plots"), file -> file.toString().endsWith(".svg")
                && !drawn.contains(file.getFileName().toString()))) {
            for (Path file : old) {
                Files.delete(file);
            }
        }
    }

    /** How far what the report says may be off, and what a strategy says of itself: what it is → the number. */
    private Map<String, String> errors() {
        Map<String, String> errors = new LinkedHashMap<>();
        if (net.network().metric().equals(SHARE)) {
            double share = full.evaluation().score();
            errors.put(String.format(Locale.ROOT, "validation accuracy, one standard deviation of %,d images", full.evaluation().images()),
                    "± " + Quantity.percent(Math.sqrt(share * (1 - share) / full.evaluation().images())));
        }
        figures.forEach((what, value) -> errors.put(what, Quantity.digits(value)));
        net.network().devices().forEach((name, device) -> {
            if (device instanceof LatencyTable table && Double.isFinite(table.heldOutError())) {
                errors.put("latency of " + name + ", where operators are not in its table: median of held-out rows",
                        Quantity.percent(table.heldOutError()));
            }
        });
        return errors;
    }

    private Layers layers(SubmodelSpec spec, Map<String, Double> costs) {
        return layers.computeIfAbsent(spec, submodel -> {
            Graph graph = net.network().supernet().compile(submodel);
            return Layers.of(graph, search.perNode(graph), costs);
        });
    }

    private ReportData data(List<ReportData.Cost> costs, Columns columns, ArchitectureFigure architecture, List<Way> ways) {
        List<SubmodelSpec> drawn = List.copyOf(layers.keySet());
        List<ReportData.Steps> steps = new ArrayList<>();
        for (Way way : ways) {
            List<ReportData.Step> some = new ArrayList<>();
            for (int i = 0; i < way.steps().size(); i++) {
                Way.Step step = way.steps().get(i);
                Double score = step.score().isPresent() ? step.score().getAsDouble() : null;
                some.add(new ReportData.Step(way.removed(i, net.axes().axes()), score, ReportData.inOrder(costs, step.costs()), drawn.indexOf(step.spec())));
            }
            steps.add(new ReportData.Steps(way.name(), some));
        }
        return new ReportData(net.network().metric(), costs,
                visited.stream().map(one -> new ReportData.Point(one.spec().toString(), ReportData.inOrder(costs, one.costs()),
                        one.evaluation().score(), one.evaluation().images())).toList(), ArchitectureFigure.BASE, ArchitectureFigure.COSTS,
                columns.layers().stream().map(layer -> new ReportData.Full(layer.name(), layer.what(), architecture.height(layer),
                        layer.shape().channels(), ReportData.inOrder(costs, layer.costs()))).toList(),
                layers.values().stream().map(one -> ReportData.part(costs, columns.layers(), one, architecture.edges())).toList(), steps);
    }
}
