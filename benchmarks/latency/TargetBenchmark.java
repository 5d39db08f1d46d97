import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Progress;
import io.fullynested.training.TrainingSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Draws that are learnt towards a latency against those of the description, on the quickstart's network and data.
 *
 * <pre>java -cp "$(ls fn-cli/target/fn-cli-*.jar):$(cat fn-cli/target/classpath)" benchmarks/latency/TargetBenchmark.java EPOCHS SEEDS OUT.csv [NAME=ORDERED-DROPOUT]...</pre>
 *
 * <p>Columns, a line for each distribution and seed:
 * <ul>
 * <li>expected: the mean latency of {@value #DRAWS} draws of each axis on its own, as a share of the full network's, by what was learnt at the end;
 * <li>seconds of training;
 * <li>full: accuracy of the full network on test images;
 * <li>for each share of {@link #SHARES}, near: the mean test accuracy of {@value #NEAR} submodels within 0.02 of it, the same ones for all; and found: that of the
 *     submodel that the description's search finds within it.
 * </ul>
 */
public final class TargetBenchmark {

    private static final int DRAWS = 2000;
    private static final int NEAR = 20;
    private static final double[] SHARES = {0.2, 0.3, 0.5, 0.7};
    /** As examples/devices/pi4.yaml. */
    private static final String DEVICE = "[{name: pi4, kind: roofline, peak: {8: 96 GOPS, 32: 48 GFLOPS}, bandwidth: 5.5 GB/s}]";

    private final FullyNested fn;
    private final CostModel latency;
    private final double whole;

    private TargetBenchmark(FullyNested fn) {
        this.fn = fn;
        latency = fn.devices().get("pi4").costs().get("latency");
        whole = latency.cost(fn.supernet().compile(fn.supernet().axes().full()));
    }

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>();
        StringBuilder head = new StringBuilder("draws,seed,epochs,expected,seconds,full");
        for (double share : SHARES) {
            head.append(",near ").append(share).append(",found ").append(share);
        }
        rows.add(head.toString());
        for (String seed : arguments[1].split(",")) {
            for (int i = 3; i < arguments.length; i++) {
                String[] named = arguments[i].split("=", 2);
                Map<String, String> overrides = new LinkedHashMap<>();
                overrides.put("devices", DEVICE);
                overrides.put("training.epochs", arguments[0]);
                overrides.put("training.ordered-dropout", named[1]);
                try (FullyNested fn = FullyNested.open(Path.of("examples/quickstart.yaml"),
                        Settings.standard().withThreads(1).withSeed(Long.parseLong(seed)).withOverrides(overrides))) {
                    String row = named[0] + "," + seed + "," + arguments[0] + "," + new TargetBenchmark(fn).row();
                    System.out.println(row);
                    rows.add(row);
                    Files.write(Path.of(arguments[2]), rows);
                }
            }
        }
    }

    private String row() {
        long start = System.nanoTime();
        try (TrainingSession session = fn.session()) {
            for (long step = 0; step < session.steps(); step++) {
                session.gradients(step, session.draw(step));
                session.reduce();
                session.update(session.learningRate(step));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%.3f,%.1f", expected(session.learnedDraws()), seconds));
            // shares its description with fn, which the caller closes
            TrainedSupernet net = fn.trained(session.masters());
            row.append(String.format(Locale.ROOT, ",%.2f", onTest(net, net.axes().full())));
            for (double share : SHARES) {
                double near = near(share).stream().mapToDouble(spec -> onTest(net, spec)).average().orElseThrow();
                Budget budget = new Budget("target", Map.of("pi4.latency", share * whole));
                SubmodelSpec found = net.search(net.network().search().withBudgets(List.of(budget)), Progress.NONE).chosen().get("target").spec();
                row.append(String.format(Locale.ROOT, ",%.2f,%.2f", near, onTest(net, found)));
            }
            return row.toString();
        }
    }

    private static double onTest(TrainedSupernet net, SubmodelSpec spec) {
        return 100 * net.evaluate(spec, net.network().data().test()).score();
    }

    private double share(SubmodelSpec spec) {
        return latency.cost(fn.supernet().compile(spec)) / whole;
    }

    private double expected(Map<String, List<Double>> learned) {
        Map<String, List<Double>> q = new TreeMap<>(learned);
        for (NestedAxis axis : fn.supernet().axes().axes()) {
            q.computeIfAbsent(axis.id(), id -> {
                List<Double> given = new ArrayList<>();
                for (double probability : fn.spec().training().orderedDropout(axis.level()).probabilities(axis, 1)) {
                    given.add(probability);
                }
                return given;
            });
        }
        SplittableRandom random = new SplittableRandom(1);
        double sum = 0;
        for (int i = 0; i < DRAWS; i++) {
            sum += share(fn.supernet().axes().select(axis -> drawn(axis, q.get(axis.id()), random.nextDouble())));
        }
        return sum / DRAWS;
    }

    private static int drawn(NestedAxis axis, List<Double> q, double quantile) {
        double sum = q.stream().mapToDouble(Double::doubleValue).sum();
        double left = quantile * sum;
        for (int k = 0; k < q.size(); k++) {
            left -= q.get(k);
            if (left < 0) {
                return axis.keeps().get(k);
            }
        }
        return axis.size();
    }

    private List<SubmodelSpec> near(double share) {
        AxisSpace axes = fn.supernet().axes();
        SplittableRandom random = new SplittableRandom(2);
        List<SubmodelSpec> near = new ArrayList<>();
        while (near.size() < NEAR) {
            SubmodelSpec spec = axes.select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
            if (Math.abs(share(spec) - share) < 0.02) {
                near.add(spec);
            }
        }
        return near;
    }
}
