package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.NestedNetwork;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Progress;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.Sha256;
import io.fullynested.hardware.LatencyTable;
import io.fullynested.onnx.remote.RemoteStopwatch;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures this machine, or another. */
@Command(name = "measure", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Measure random submodels in onnxruntime on this machine, or on another with --remote, and write their operators' times as a device file for --device.",
                "Other submodels, which the table knows nothing of, tell how well it predicts. Weights do not matter, so a YAML file will do."})
final class MeasureCommand implements Callable<Integer> {

    /** Beyond so many, a slip is likelier than a wish. */
    private static final int MOST = 100_000;

    @Parameters(paramLabel = "FILE", description = "a YAML file or a checkpoint")
    private Path file;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", required = true, description = "the device file to write")
    private Path out;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "here", description = "what budgets call the device (default: here)")
    private String name;

    @Option(names = "--submodels", paramLabel = "N", defaultValue = "60", description = "submodels to measure for the table (default: 60)")
    private int submodels;

    @Option(names = "--check", paramLabel = "N", defaultValue = "30", description = "other submodels to predict and measure (default: 30)")
    private int check;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "images at once (default: 1)")
    private int batch;

    @Option(names = "--runtime-threads", paramLabel = "N", defaultValue = "1", description = "threads of onnxruntime within an operator (default: 1)")
    private int runtimeThreads;

    @Option(names = "--remote", paramLabel = "COMMAND", description = "measure where this command of the shell leads, for example "
            + "'ssh pi4 java -jar fn/fn-cli.jar time' (default: on this machine)")
    private String remote;

    @Option(names = "--remote-patience", paramLabel = "SECONDS", defaultValue = "300", description = "how long the other machine may take for one network "
            + "(default: 300)")
    private int patience;

    @Option(names = "--check-csv", paramLabel = "FILE", description = "write what was predicted and measured as a table, too")
    private Path csv;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter text = common.out();
        within("--submodels", submodels, MOST);
        within("--check", check, MOST);
        within("--batch", batch, MOST);
        within("--runtime-threads", runtimeThreads, CommonOptions.MOST_THREADS);
        within("--remote-patience", patience, MOST);
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]*")) {
            throw new BadInputException("--name " + name + ": a name is made of letters, digits, - and _, and starts with a letter");
        }
        try (OutputFile output = common.file(out); OutputFile table = csv == null ? null : common.file(csv);
             FullyNested fn = FullyNested.openAny(file, common.settings());
             RemoteStopwatch other = remote == null ? null : new RemoteStopwatch(remote, Duration.ofSeconds(patience))) {
            Path target = output.path();
            int numbers = fn.supernet().compile(fn.supernet().axes().full()).sample().elements();
            if ((long) batch * numbers > Integer.MAX_VALUE) {
                throw new BadInputException("--batch " + batch + ": of images of " + numbers + " numbers each " + Integer.MAX_VALUE / numbers + " at most");
            }
            List<SubmodelSpec> drawn = draw(fn.supernet().axes(), submodels + check, fn.seed());
            if (drawn.size() <= check) {
                throw new BadInputException(file + " has " + drawn.size() + " submodels, too few to leave " + check + " out of the table. Maybe --check "
                        + drawn.size() / 3 + "?");
            }
            int measured = drawn.size() - check;
            List<Graph> graphs = drawn.stream().map(fn.supernet()::compile).toList();
            List<Host.Timing> timings;
            Path begun = output.unfinished();
            String machine = other == null ? TimeCommand.machine() : other.machine();
            String key = new Sha256().add(fn.yaml()).add(List.of(fn.seed(), submodels, check, batch, runtimeThreads, NestedNetwork.version(), machine).toString()).hex();
            try (Console console = common.console("measure"); SavedTimings host = new SavedTimings(begun, key, other == null ? fn.host() : fn.host(other))) {
                Progress progress = console.search();
                int all = LatencyTable.ROUNDS * graphs.size();
                timings = LatencyTable.time(graphs, host, batch, runtimeThreads, done -> {
                    progress.report((double) done / all, "round " + ((done - 1) / graphs.size() + 1) + " of " + LatencyTable.ROUNDS);
                    if (progress.cancelled()) {
                        throw new CancellationException("Stopped after " + done + " of " + all + " times");
                    }
                });
            }
            LatencyTable device = LatencyTable.of(graphs.subList(0, measured), timings.subList(0, measured), batch, runtimeThreads);
            CostModel latency = device.costs().get("latency");
            List<String> rows = new ArrayList<>(List.of("selection,predicted_ms,measured_ms"));
            List<Double> errors = new ArrayList<>();
            for (int i = measured; i < drawn.size(); i++) {
                double predicted = latency.cost(graphs.get(i));
                double time = timings.get(i).milliseconds();
                errors.add(Math.abs(predicted - time) / time);
                rows.add(Console.text("\"%s\",%.6f,%.6f", drawn.get(i), predicted, time));
            }
            List<Double> sorted = errors.stream().sorted().toList();
            List<String> comment = List.of(
                    Console.text("Measured by './fn measure %s' on %d submodels in onnxruntime, batch %d, %d thread%s.", file.getFileName(), measured, batch,
                            runtimeThreads, runtimeThreads == 1 ? "" : "s"),
                    "On " + machine.replaceAll("\\p{Cntrl}", " ") + ".",
                    Console.text("Predicts the latency of %d other submodels within %.1f %% in the median, %.1f %% in nine of ten.", check,
                            100 * sorted.get(check / 2), 100 * sorted.get(check * 9 / 10)),
                    Console.text("The regression that fills holes misses held-out rows by %.1f %% in the median.", 100 * device.heldOutError()));
            write(target, device.yaml(name, comment));
            if (table != null) {
                write(table.path(), String.join("\n", rows) + "\n");
            }
            Files.delete(begun);
            comment.forEach(text::println);
            text.println(device.rows().size() + " operators in " + target);
            return 0;
        }
    }

    /** The full and the smallest submodel, then different random ones. */
    private static List<SubmodelSpec> draw(AxisSpace axes, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<SubmodelSpec> drawn = new LinkedHashSet<>(List.of(axes.full()));
        drawn.add(axes.smallest());
        for (int tries = 0; drawn.size() < count && tries < 20 * count; tries++) {
            drawn.add(axes.select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size()))));
        }
        return List.copyOf(drawn).subList(0, Math.min(count, drawn.size()));
    }

    private static void write(Path target, String content) throws Exception {
        AtomicFile.writeText(target, content);
    }

    private static void within(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new BadInputException(option + " " + value + ": " + (value < 1 ? "at least 1 is needed" : Console.text("%,d at most", most)));
        }
    }
}
