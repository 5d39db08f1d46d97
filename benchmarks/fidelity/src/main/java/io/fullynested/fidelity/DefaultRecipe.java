package io.fullynested.fidelity;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.training.TrainingLength;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Networks that the default recipe nests, with no option but the length of the training, beside the same networks trained plain: is it as good on a set
 * that nobody tuned it for?
 */
@Command(name = "default", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Nests a network for each set by the default recipe, and trains it plain too. Goes on where it was stopped.")
final class DefaultRecipe implements Callable<Integer> {

    private static final String PLAIN = "plain";

    @Option(names = "--sets", paramLabel = "DIR", required = true, description = "what make_sets.py has written, and a folder fashion-mnist of IDX files")
    private Path sets;

    @Option(names = "--only", split = ",", paramLabel = "SET", defaultValue = "shapes,fashion-mnist,glyphs,digits,wine", description = "default: ${DEFAULT-VALUE}")
    private List<String> only;

    @Option(names = "--costs", split = ",", paramLabel = "X", defaultValue = "0,1,3",
            description = "costs of nested networks, in trainings of the plain one; 0 is the plain one (default: ${DEFAULT-VALUE})")
    private List<Double> costs;

    @Option(names = "--seeds", split = ",", paramLabel = "N", defaultValue = "1,2,3", description = "default: ${DEFAULT-VALUE}")
    private List<Long> seeds;

    @Option(names = "--tuning", description = "measure on validation images, which recipes are chosen by, not on test images")
    private boolean tuning;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--out", paramLabel = "CSV", description = "default: default.csv beside this program, or default-tuning.csv")
    private Path out;

    @Option(names = "--report", description = "train nothing, print what is there as a table in Markdown")
    private boolean report;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec command;

    @Override
    public Integer call() throws IOException {
        PrintWriter console = command.commandLine().getOut();
        DefaultRows rows = new DefaultRows(out == null ? Main.home().resolve(tuning ? "default-tuning.csv" : "default.csv") : out);
        if (report) {
            console.print(rows.markdown());
            console.flush();
            return 0;
        }
        for (long seed : seeds) {
            for (String set : only) {
                for (double cost : costs) {
                    if (!rows.has(set, cost, seed)) {
                        List<DefaultRows.Row> measured = measured(set, cost, seed);
                        rows.add(measured);
                        measured.forEach(row -> console.println(row.line()));
                    }
                }
            }
        }
        return 0;
    }

    private List<DefaultRows.Row> measured(String set, double cost, long seed) throws IOException {
        Map<String, String> overrides = new LinkedHashMap<>(Map.of("training.validation.every", "0"));
        if (cost > 0) {
            overrides.put("training.cost", "" + cost);
        } else {
            for (String level : List.of("channels", "neurons", "paths", "layers")) {
                overrides.put("network.nesting." + level + ".keeps", "[1]");
            }
            overrides.put("network.quantization.weights.keeps", "[8]");
            overrides.put("network.quantization.activations.keeps", "[8]");
        }
        Settings settings = Settings.standard().withSeed(seed).withThreads(threads).withOverrides(overrides).withBase(sets.toAbsolutePath());
        try (FullyNested fn = FullyNested.open(Main.home().resolve("sets").resolve(set + ".yaml"), settings)) {
            int[] epochs = {0};
            long start = System.nanoTime();
            TrainedSupernet net = fn.train(new TrainingListener() {
                @Override
                public void epoch(Progress progress) {
                    epochs[0] = progress.epoch();
                }
            });
            double seconds = (System.nanoTime() - start) / 1e9;
            Dataset images = tuning ? fn.data().validation() : fn.data().test();
            double share = TrainingLength.of(fn.supernet(), fn.spec().training()).share();
            List<DefaultRows.Row> rows = new ArrayList<>();
            (cost > 0 ? submodels(net.axes()) : Map.of(PLAIN, net.axes().full())).forEach((name, submodel) -> rows.add(new DefaultRows.Row(set, cost, seed,
                    name, epochs[0], share, images.size(), seconds, 100 * net.evaluate(submodel, images).score())));
            return rows;
        }
    }

    /** What is looked at, by name; half and quarter are of all widths. */
    private static Map<String, SubmodelSpec> submodels(AxisSpace axes) {
        Map<String, SubmodelSpec> all = new LinkedHashMap<>();
        all.put("full", axes.full());
        all.put("half", axes.select(axis -> width(axis, 2)));
        all.put("quarter", axes.select(axis -> width(axis, 4)));
        all.put("4 bits", axes.select(axis -> bits(axis, 4)));
        all.put("half, 4 bits", axes.select(axis -> Math.min(width(axis, 2), bits(axis, 4))));
        all.put("smallest", axes.smallest());
        return all;
    }

    private static int width(NestedAxis axis, int part) {
        return axis.level() == NestingLevel.BITS ? axis.size() : axis.keeps().stream().filter(keep -> keep * part >= axis.size()).findFirst().orElseThrow();
    }

    private static int bits(NestedAxis axis, int bits) {
        return axis.level() == NestingLevel.BITS ? bits : axis.size();
    }
}
