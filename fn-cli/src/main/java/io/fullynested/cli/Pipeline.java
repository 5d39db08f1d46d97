package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.TrainingCurve;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.SearchResult;
import io.fullynested.check.DataCheck;
import io.fullynested.check.LearningCheck;
import io.fullynested.check.PlanCheck;
import io.fullynested.report.HtmlReport;
import io.fullynested.search.FrontCsv;
import io.fullynested.search.ParetoFront;
import io.fullynested.search.PredictorSearch;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.Tuning;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The steps that commands are made of, each with its progress shown and its results told. */
final class Pipeline {

    /** A training on its way, in the output folder. */
    static final String UNFINISHED = "training.unfinished";
    /** Folder of the checkpoints that were tuned for one budget each. */
    static final String TUNED = "tuned";
    /** The trained network, in the output folder. */
    static final String CHECKPOINT = "checkpoint.safetensors";
    static final String CURVE = "training.csv";

    private final PrintWriter out;
    private final Path folder;

    Pipeline(PrintWriter out, Path folder) {
        this.out = out;
        this.folder = folder;
    }

    /**
     * What came of training.
     *
     * @param seconds that its steps took, with those of earlier processes if it was stopped
     * @param learnt  whether it is worth a search
     */
    record Trained(TrainedSupernet net, double seconds, boolean learnt) {
    }

    /** @param overwrite whether a training of another description that was stopped may be lost */
    Trained train(FullyNested fn, boolean overwrite) throws IOException {
        fn.data();
        Path kept = folder.resolve(UNFINISHED);
        if (Files.exists(kept) && !overwrite && !fn.resumes(kept)) {
            throw new BadInputException(kept + " is a training that was stopped, with another description, seed or images. Maybe --overwrite, or "
                    + "another --out?");
        }
        out.println(Console.text("%s: %d axes, %.3g submodels, %s", fn.name(), fn.supernet().axes().axes().size(),
                fn.supernet().axes().submodels(), costs(fn.costs().costs(fn.supernet().axes().full()), fn.costs().units())));
        CheckCommand.tell(DataCheck.of(fn.data()), out);
        CheckCommand.tell(PlanCheck.of(fn), out);
        TrainedSupernet net;
        TrainingCurve curve;
        try (Console console = new Console(out, "train")) {
            curve = new TrainingCurve(console.training(fn.metric()));
            net = fn.train(kept, curve);
        }
        clear(CHECKPOINT, CURVE, "evaluations.csv", "front.csv", "report.html", "plots/*.svg", TUNED + "/*.safetensors", "models/*.onnx", "summary.json");
        net.save(folder.resolve(CHECKPOINT));
        curve.writeCsv(fn.metric(), folder.resolve(CURVE));
        clear(UNFINISHED, "." + UNFINISHED + "*"); // with halves that a stop left beside it
        List<TrainingListener.Progress> epochs = curve.epochs();
        boolean learnt = CheckCommand.tell(LearningCheck.of(net, epochs), out);
        return new Trained(net, epochs.get(epochs.size() - 1).seconds(), learnt);
    }

    SearchResult search(TrainedSupernet net, SearchOptions options) throws IOException {
        SearchResult result;
        Files.createDirectories(folder);
        try (Console console = new Console(out, "search")) {
            result = net.search(options, console.search(), folder.resolve("evaluations.csv"));
        }
        clear("front.csv", "report.html", "plots/*.svg", "selections/*.txt");
        FrontCsv.write(ParetoFront.of(result.visited()), net.network().metric(), folder.resolve("front.csv"));
        result.figures().forEach((what, value) -> out.println(Console.text("%s: %.2f", what, value)));
        Map<String, String> units = net.network().costs(options).units();
        for (String name : options.names()) {
            Candidate chosen = result.chosen().get(name);
            if (chosen == null) {
                out.println(Console.text("%-8s not met: %s", name, result.unmet().get(name)));
                continue;
            }
            out.println(Console.text("%-8s validation %s %.2f %%  %s", name, net.network().metric(), 100 * chosen.evaluation().score(),
                    costs(chosen.costs(), units)));
            net.network().costs(options).caveats(chosen.spec()).forEach((cost, caveat) -> out.println("         note: " + cost + ": " + caveat));
        }
        PredictorSearch.doubt(result).ifPresent(doubt -> out.println("note: " + doubt));
        return result;
    }

    /** The names of what a search found something for. */
    static List<String> met(SearchOptions wanted, SearchResult found) {
        return wanted.names().stream().filter(found.chosen()::containsKey).toList();
    }

    static List<RunSummary.Unmet> unmet(SearchOptions wanted, SearchResult found) {
        return wanted.names().stream().filter(found.unmet()::containsKey)
                .map(name -> new RunSummary.Unmet(name, wanted.constraints(name), found.unmet().get(name))).toList();
    }

    /** Says how to look again for what was not met, and gives the exit code. */
    int end(SearchOptions wanted, SearchResult found, Path checkpoint) {
        List<RunSummary.Unmet> unmet = unmet(wanted, found);
        if (unmet.isEmpty()) {
            return 0;
        }
        double most = found.visited().stream().mapToDouble(candidate -> candidate.evaluation().score()).max().orElse(0);
        String again = wanted.floors().stream().filter(floor -> found.unmet().containsKey(floor.name())).findFirst()
                .map(floor -> Console.text(" --floor %s:%s=%.0f%%", floor.name(), floor.minimise(), Math.floor(100 * most)))
                .orElse(" --budget " + unmet.get(0).name() + ":" + String.join(",", unmet.get(0).constraints().keySet().stream()
                        .map(cost -> cost + "=...").toList()));
        out.println(Console.text("%d of %d not met: %s. To look for less without training again: ./fn search %s%s", unmet.size(),
                wanted.names().size(), String.join(", ", unmet.stream().map(RunSummary.Unmet::name).toList()), checkpoint, again));
        return 1;
    }

    /**
     * Trains a submodel further, alone, and saves what came of it, if that is better on validation images.
     *
     * @param name   of its budget
     * @param tuning empty for not at all
     * @return the network that the submodel is best exported of
     */
    TrainedSupernet tune(TrainedSupernet net, String name, SubmodelSpec selection, Optional<Tuning> tuning) throws IOException {
        if (tuning.isEmpty()) {
            return net;
        }
        TrainedSupernet best;
        try (Console console = new Console(out, "tune")) {
            best = net.improve(selection, tuning.get(), console.training(net.network().metric()));
        }
        double before = 100 * net.evaluate(selection, net.network().data().validation()).score();
        if (best == net) {
            out.println(Console.text("%-8s validation %s %.2f %%, which tuning does not raise, so it stays as it was", name,
                    net.network().metric(), before));
            return net;
        }
        out.println(Console.text("%-8s validation %s %.2f %% -> %.2f %%", name, net.network().metric(), before,
                100 * best.evaluate(selection, net.network().data().validation()).score()));
        Path file = folder.resolve(TUNED).resolve(name + ".safetensors");
        Files.createDirectories(file.getParent());
        best.save(file);
        return best;
    }

    /**
     * Writes the report.
     *
     * @param run     what else came of it, if it was more than a search
     * @param trained  the folder that training left its curve in
     */
    void report(TrainedSupernet net, SearchResult found, SearchOptions options, Optional<RunSummary> run, Path trained) throws IOException {
        new HtmlReport(net, options, found, run, TrainingCurve.readCsv(trained.resolve(CURVE))).write(folder);
    }

    RunSummary.Whole whole(TrainedSupernet net) {
        SubmodelSpec full = net.axes().full();
        Map<String, Evaluation> scores = new TreeMap<>();
        scores.put("validation", net.evaluate(full, net.network().data().validation()));
        scores.put("test", net.evaluate(full, net.network().data().test()));
        return new RunSummary.Whole(net.costs(full), RunSummary.Metrics.of(scores));
    }

    /** Makes the folder, and takes away what an earlier run left: files of two runs in one folder would lie about each other. */
    private void clear(String... patterns) throws IOException {
        Files.createDirectories(folder);
        for (String pattern : patterns) {
            Path parent = folder.resolve(pattern).getParent();
            if (Files.isDirectory(parent)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(parent, Path.of(pattern).getFileName().toString())) {
                    for (Path file : files) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    /** @param units by cost, told where the name does not say them */
    static String costs(Map<String, Double> costs, Map<String, String> units) {
        StringBuilder text = new StringBuilder();
        costs.forEach((name, cost) -> text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(number(cost))
                .append(units.get(name).regionMatches(true, 0, name, 0, 3) ? "" : " " + units.get(name)));
        return text.toString();
    }

    /** A number of four digits or more, none of them lost before the point. */
    static String number(double value) {
        return value == Math.rint(value) || Math.abs(value) >= 1000 ? Console.text("%,.0f", value)
                : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    }
}
