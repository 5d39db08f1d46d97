package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.cli.Variations.Choice;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.Sha256;
import io.fullynested.live.LiveView;
import io.fullynested.report.ComparedRun;
import io.fullynested.report.Comparison;
import io.fullynested.report.SeedMeans;
import io.fullynested.report.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a description with several values of its keys. */
@Command(name = "sweep", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Run a YAML file once for each choice of values that --set gives several of, and show the runs side by side:",
                "./fn sweep SPEC --set training.optimizer.learning-rate=0.05,0.1 --set seed=1..3",
                "Leaves in OUT a folder of each run, sweep.csv and compare.html. The same command goes on with what was stopped."})
final class SweepCommand implements Callable<Integer> {

    private static final String SEED = "seed";

    @Parameters(paramLabel = "SPEC", description = "the YAML file")
    private Path spec;

    @Option(names = {"-o", "--out"}, paramLabel = "DIR", description = "output folder (default: out/<name of the YAML file>-sweep)")
    private Path out;

    @Mixin
    private KeepingOptions keeping;

    @Mixin
    private ServeOption serve;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        try (SharedData data = new SharedData()) {
            return sweep(common.settings(), data);
        }
    }

    private int sweep(Settings given, SharedData data) throws IOException {
        List<Choice> choices = Variations.of(given.overrides());
        Path folder = common.folder(out == null ? CommonOptions.standardFolder(spec, "-sweep") : out);
        StringBuilder keys = new StringBuilder();
        for (Choice choice : choices) {
            // a value that cannot be is told before anything is trained
            try (FullyNested fn = data.open(spec, settings(given, choice))) {
                if (fn.search().names().isEmpty()) {
                    throw fn.refuse("search.budgets", "there is no budget, so there is nothing to compare");
                }
                keys.append(choice.name()).append(' ').append(fn.identity()).append('\n');
            }
        }
        try (OutputFolder output = common.take(folder);
                RunJournal journal = new RunJournal(output.path(), new Sha256().add(keys.toString()).hex(), common.overwrite());
                LiveView view = serve.open(common, String.valueOf(spec.getFileName()))) {
            journal.begin();
            RunRecord record = RunRecord.start(spec, given, command, journal);
            Batch batch = new Batch(command.commandLine().getErr());
            Map<Choice, ComparedRun> runs = new LinkedHashMap<>();
            for (Choice choice : choices) {
                batch.attempt(choice.name(), () -> {
                    try (FullyNested fn = data.open(spec, settings(given, choice))) {
                        runs.put(choice, run(choice, fn, folder.resolve(choice.name()), journal, view));
                    }
                });
            }
            if (runs.isEmpty()) {
                return batch.code();
            }
            tell(runs, folder);
            if (batch.code() == 0) {
                record.write(folder);
                journal.finish();
            }
            return batch.code();
        }
    }

    private static Settings settings(Settings given, Choice choice) {
        Map<String, String> values = new LinkedHashMap<>(choice.values());
        String seed = values.remove(SEED);
        Settings settings = given.withOverrides(values);
        if (seed == null) {
            return settings;
        }
        try {
            return settings.withSeed(Long.parseLong(seed));
        } catch (NumberFormatException e) {
            throw new BadInputException("--set seed=" + seed + ": not a whole number");
        }
    }

    private ComparedRun run(Choice choice, FullyNested fn, Path folder, RunJournal journal, LiveView view) throws IOException {
        boolean ended = Files.exists(folder.resolve(Pipeline.SUMMARY)) && RunRecord.isOf(folder, fn.identity().toString());
        if (!journal.goesOn() || !ended) {
            common.out().println("--- " + choice.name());
            new WholeRun(common, keeping, command, view).of(fn, folder);
        }
        if (!Files.exists(folder.resolve(Pipeline.SUMMARY))) {
            throw new IOException("nothing was found that could be compared");
        }
        return ComparedRun.read(choice.name(), folder);
    }

    private void tell(Map<Choice, ComparedRun> runs, Path folder) throws IOException {
        PrintWriter text = common.out();
        List<ComparedRun> all = List.copyOf(runs.values());
        Comparison comparison = new Comparison(all);
        Map<ComparedRun, String> groups = new LinkedHashMap<>();
        runs.forEach((choice, run) -> groups.put(run, choice.name().replaceFirst("(^|,)seed=[^,]*", "").replaceFirst("^,", "")));
        TextTable means = SeedMeans.of(groups);
        text.println();
        (means.rows().isEmpty() ? comparison.scores() : means).lines().forEach(text::println);
        csv(runs, folder.resolve("sweep.csv"));
        Path page = folder.resolve("compare.html");
        comparison.write(page, spec.getFileName() + ", " + all.size() + " runs", means);
        text.println("All in " + folder + ", see " + page.getFileName());
    }

    /** A row for each run: what was varied, then the test score of the full model and of each budget. */
    private static void csv(Map<Choice, ComparedRun> runs, Path file) throws IOException {
        List<String> paths = List.copyOf(runs.keySet().iterator().next().values().keySet());
        List<String> budgets = runs.values().stream().flatMap(run -> run.budgets()).distinct().toList();
        List<String> header = new ArrayList<>(paths);
        header.add("full");
        header.addAll(budgets);
        StringBuilder text = new StringBuilder(row(header));
        runs.forEach((choice, run) -> {
            List<String> row = new ArrayList<>(paths.stream().map(choice.values()::get).toList());
            row.add(String.valueOf(run.full()));
            budgets.forEach(name -> row.add(run.score(name).isPresent() ? String.valueOf(run.score(name).getAsDouble()) : ""));
            text.append(row(row));
        });
        AtomicFile.writeText(file, text.toString());
    }

    private static String row(List<String> cells) {
        return String.join(",", cells.stream().map(cell -> cell.matches("[^\",\\s]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"').toList()) + "\n";
    }
}
