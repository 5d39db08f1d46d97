package io.fullynested.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fullynested.CExport;
import io.fullynested.FullyNested;
import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.TrainingCurve;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.check.CurveCheck;
import io.fullynested.check.DataCheck;
import io.fullynested.check.LearningCheck;
import io.fullynested.check.PlanCheck;
import io.fullynested.core.io.ReservedSpace;
import io.fullynested.live.LiveView;
import io.fullynested.mlflow.MlflowRun;
import io.fullynested.tensorboard.TensorBoard;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.Tuning;
import io.fullynested.training.UnfinishedTraining;
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
import java.util.stream.Stream;

/** The steps that commands are made of, each with its progress shown and its results told. */
final class Pipeline {

    /** A training on its way, in the output folder. */
    static final String UNFINISHED = "training.unfinished";
    /** Folder of the checkpoints that were tuned for one budget each. */
    static final String TUNED = "tuned";
    /** The trained network, in the output folder. */
    static final String CHECKPOINT = "checkpoint.safetensors";
    static final String CURVE = "training.csv";
    /** The last that a run writes, but for the report. */
    static final String SUMMARY = "summary.json";

    private final CommonOptions common;
    private final PrintWriter out;
    private final Path folder;
    private final RunJournal journal;
    private final LiveView view;

    Pipeline(CommonOptions common, Path folder, RunJournal journal, LiveView view) {
        this.common = common;
        this.out = common.out();
        this.folder = folder;
        this.journal = journal;
        this.view = view;
    }

    /**
     * What came of training.
     *
     * @param seconds that its steps took, with those of earlier processes if it was stopped
     * @param learnt  whether it is worth a search
     * @param curve   of its epochs
     */
    record Trained(TrainedSupernet net, double seconds, boolean learnt, TrainingCurve curve) {
    }

    /** Trains in this process alone. */
    Trained train(FullyNested fn, KeepingOptions keeping) throws IOException {
        return train(fn, keeping, Processes.ALONE);
    }

    /** Trains, goes on with a training that was stopped, or takes what is trained already. */
    Trained train(FullyNested fn, KeepingOptions keeping, Processes processes) throws IOException {
        UnfinishedTraining.Schedule schedule = keeping.schedule();
        Path kept = folder.resolve(UNFINISHED);
        if (Files.exists(kept) && !common.overwrite() && !fn.resumes(kept)) {
            throw new BadInputException(kept + " is a training that was stopped" + RunJournal.others(fn.changes(kept)));
        }
        out.println(Console.text("%s: %d axes, %s submodels, %s", fn.name(), fn.supernet().axes().axes().size(),
                count(fn.supernet().submodels()), costs(fn.costs().costs(fn.supernet().axes().full()), fn.costs().units())));
        CheckCommand.tell(DataCheck.of(fn), out);
        CheckCommand.tell(PlanCheck.of(fn), out);
        Path checkpoint = folder.resolve(CHECKPOINT);
        Optional<TrainedSupernet> before = common.overwrite() && !journal.goesOn() ? Optional.empty()
                : fn.trained(checkpoint).filter(net -> net.tuned().isEmpty());
        if (before.isEmpty() && Files.exists(checkpoint) && !common.overwrite() && !journal.goesOn()) {
            throw new BadInputException(folder + " holds a network that was trained" + RunJournal.others(fn.changes(checkpoint)));
        }
        journal.begin();
        TrainedSupernet net;
        if (before.isPresent()) {
            out.println("Trained before: " + checkpoint);
            net = before.get();
            // what else the description says may have changed
            net.save(checkpoint);
            processes.dismiss();
        } else {
            net = train(fn, keeping, schedule, kept, checkpoint, processes);
        }
        clear(UNFINISHED, UNFINISHED + ".*", "." + UNFINISHED + "*");
        TrainingCurve curve = TrainingCurve.readCsv(folder.resolve(CURVE));
        boolean learnt = CheckCommand.tell(LearningCheck.of(net, curve.epochs()), out);
        CheckCommand.tell(CurveCheck.of(curve), out);
        return new Trained(net, journal.seconds("train"), learnt, curve);
    }

    @SuppressWarnings("try") // the space is there while it is open
    private TrainedSupernet train(FullyNested fn, KeepingOptions keeping, UnfinishedTraining.Schedule schedule, Path kept, Path checkpoint,
                                  Processes processes) throws IOException {
        TrainedSupernet net;
        TrainingCurve curve;
        try (ReservedSpace room = ReservedSpace.of(checkpoint, fn.checkpointBytes()); Console console = common.console("train")) {
            String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
            TrainingListener told = view.training(String.valueOf(folder.getFileName()), fn, console.training(fn.metric()));
            Optional<TensorBoard> board = keeping.tensorboard().isEmpty() ? Optional.empty()
                    : Optional.of(new TensorBoard(keeping.tensorboard().get().resolve(name), fn.metric(), told));
            TrainingListener both = board.<TrainingListener>map(one -> one).orElse(told);
            Optional<MlflowRun> run = keeping.mlflow().isEmpty() ? Optional.empty() : Optional.of(new MlflowRun(keeping.mlflow().get(), fn, folder, both));
            curve = new TrainingCurve(run.<TrainingListener>map(one -> one).orElse(both));
            try {
                net = fn.train(Optional.of(kept), schedule, processes.join(fn.threads()).orElseThrow(), curve);
            } finally {
                board.ifPresent(TensorBoard::close);
                run.ifPresent(MlflowRun::close);
            }
        }
        curve.outcome(fn.metric()).ifPresent(out::println);
        clear(CHECKPOINT);
        clearResults(folder);
        curve.writeCsv(fn.metric(), folder.resolve(CURVE));
        // last, as it tells that all of it is there
        net.save(checkpoint);
        List<TrainingListener.Progress> epochs = curve.epochs();
        journal.note("train", epochs.get(epochs.size() - 1).seconds());
        return net;
    }

    /** The submodel of a budget as ONNX, or as C if the description says so, in the folder; or what is told of it there if it was exported before. */
    RunSummary.Chosen export(FullyNested fn, TrainedSupernet net, String name, SubmodelSpec selection, Map<String, Double> constraints)
            throws IOException {
        boolean c = fn.spec().export().c();
        String file = "models/" + name + (c ? ".c" : ".onnx");
        Optional<RunSummary.Chosen> before = journal.exported(name)
                .filter(chosen -> Files.exists(folder.resolve(file)) && chosen.selection().equals(selection.keeps()));
        if (before.isPresent()) {
            return before.get();
        }
        TrainedSupernet best = tune(fn, net, name, selection);
        if (c) {
            CExport export = CExport.of(best, selection, folder.resolve(file), true);
            Files.createDirectories(folder.resolve("models"));
            export.write(folder.resolve(file));
            RunSummary.Chosen chosen = RunSummary.Chosen.of(name, constraints, export, file);
            journal.noteExported(chosen);
            return chosen;
        }
        TrainedSupernet.Export export = best.export(selection, fn.spec().export().format(net.graph(selection)));
        Files.createDirectories(folder.resolve("models"));
        export.write(folder.resolve(file));
        export.parity().note(export.format()).ifPresent(note -> out.println("         note: " + note));
        RunSummary.Chosen chosen = RunSummary.Chosen.of(name, constraints, export, file);
        journal.noteExported(chosen);
        return chosen;
    }

    /**
     * Trains a submodel further, alone, if the description says so, and saves what came of it, if that is better on validation images.
     *
     * @param name of its budget
     * @return the network that the submodel is best exported of
     */
    @SuppressWarnings("try")
    private TrainedSupernet tune(FullyNested fn, TrainedSupernet net, String name, SubmodelSpec selection) throws IOException {
        Optional<Tuning> tuning = fn.spec().export().tune();
        if (tuning.isEmpty()) {
            return net;
        }
        Path file = folder.resolve(TUNED).resolve(name + ".safetensors");
        Optional<JsonNode> done = journal.done("tune " + name);
        if (done.isPresent()) {
            return done.get().path("better").asBoolean() ? fn.trained(file).orElse(net) : net;
        }
        Path kept = file.resolveSibling(name + ".unfinished");
        TrainedSupernet best;
        try (ReservedSpace room = ReservedSpace.of(folder.resolve(CHECKPOINT), fn.checkpointBytes()); Console console = common.console("tune")) {
            best = net.improve(selection, tuning.get(), Optional.of(kept), console.training(net.network().metric()));
        }
        if (best != net) {
            Files.createDirectories(file.getParent());
            best.save(file);
        }
        journal.noteTuned(name, best != net);
        clear(TUNED + "/" + name + ".unfinished*");
        removeIfEmpty(folder.resolve(TUNED));
        double before = 100 * net.evaluate(selection, net.network().data().validation()).score();
        if (best == net) {
            out.println(Console.text("%-8s validation %s %.2f %%, which tuning does not raise, so it stays as it was", name,
                    net.network().metric(), before));
            return net;
        }
        out.println(Console.text("%-8s validation %s %.2f %% -> %.2f %%", name, net.network().metric(), before,
                100 * best.evaluate(selection, net.network().data().validation()).score()));
        return best;
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
        clear(folder, patterns);
    }

    /** Takes away what came of an earlier checkpoint. */
    static void clearResults(Path folder) throws IOException {
        clear(folder, CURVE, "evaluations.csv", "front.csv", "report.html", "plots/*.svg", TUNED + "/*", "models/*.onnx", "models/*.[ch]", SUMMARY, RunRecord.FILE);
    }

    static void clear(Path folder, String... patterns) throws IOException {
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

    private static void removeIfEmpty(Path folder) throws IOException {
        try (Stream<Path> content = Files.exists(folder) ? Files.list(folder) : Stream.of(folder)) {
            if (content.findAny().isEmpty()) {
                Files.delete(folder);
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

    /** How many there are: to the last one below a million. */
    static String count(double value) {
        return Console.text(value < 1e6 ? "%,.0f" : "%.3g", value);
    }

    /** A number of four digits or more, none of them lost before the point. */
    static String number(double value) {
        return value == Math.rint(value) || Math.abs(value) >= 1000 ? Console.text("%,.0f", value)
                : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    }
}
