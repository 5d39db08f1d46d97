import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Progress;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Latency;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.OnnxVerifier;
import io.fullynested.onnx.Parity;
import io.fullynested.search.RacingGreedy;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Exports random selections of a trained network in every format and tells whether the files are what they should be. See README.md.
 *
 * <pre>
 * DeploymentBenchmark selections CHECKPOINT COUNT FOLDER RESULTS.csv
 * DeploymentBenchmark sizes      CHECKPOINT LARGE.yaml SIZES.csv
 * DeploymentBenchmark latency    CHECKPOINT DEVICE.yaml LATENCY.csv
 * </pre>
 */
public final class DeploymentBenchmark {

    private static final int IMAGES = 1000;
    private static final int REPETITIONS = 9;
    private static final double SHARE = .45;
    private static final Settings SETTINGS = Settings.standard().withThreads(1);

    private DeploymentBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "selections" -> selections(Path.of(args[1]), Integer.parseInt(args[2]), Path.of(args[3]), Path.of(args[4]));
            case "sizes" -> sizes(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
            case "latency" -> latency(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** As {@code ./fn export --random SEED} draws it. */
    private static SubmodelSpec random(TrainedSupernet net, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
    }

    private static void selections(Path checkpoint, int count, Path folder, Path results) throws IOException {
        List<String> rows = new ArrayList<>(List.of("seed,format,bytes,macs,accuracy,images,flips_optimized,flips_unoptimized,median_difference,"
                + "flips_against_rounded,export_ms,export_cpu_ms,selection"));
        Map<Format, Integer> worst = new EnumMap<>(Format.class);
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        try (TrainedSupernet net = FullyNested.load(checkpoint, SETTINGS)) {
            LabelledImages images = LabelledImages.first(net.network().data().test(), IMAGES);
            Tensor pixels = images.joined();
            for (int seed = 1; seed <= count; seed++) {
                SubmodelSpec selection = random(net, seed);
                Tensor rounded = net.outputs(selection, Format.QDQ_INT8, images);
                Tensor clipped = net.outputs(selection, Format.FLOAT32, images);
                for (Format format : Format.fitting(net.graph(selection))) {
                    long start = System.nanoTime();
                    long started = cpu.getCurrentThreadCpuTime();
                    Path file = Files.createDirectories(folder.resolve(String.valueOf(seed))).resolve(format.id() + ".onnx");
                    net.unverified(selection, new OnnxExporter(format)).write(file);
                    double milliseconds = (System.nanoTime() - start) / 1e6;
                    double busy = (cpu.getCurrentThreadCpuTime() - started) / 1e6;
                    byte[] bytes = Files.readAllBytes(file);
                    OnnxVerifier.Verification found = new OnnxVerifier(1).compare(bytes, pixels, format.coded() ? rounded : clipped);
                    worst.merge(format, found.worst().flips(), Math::max);
                    double accuracy;
                    int other;
                    try (OnnxSession session = OnnxSession.open(bytes, true, 1)) {
                        accuracy = OnnxVerifier.evaluate(net.network().scorer(), session, net.network().data().test()).score();
                        other = Parity.of(rounded, new OnnxVerifier(1).run(session, pixels)).flips();
                    }
                    rows.add(String.format(Locale.ROOT, "%d,%s,%d,%.0f,%.4f,%d,%d,%d,%.2g,%d,%.0f,%.0f,\"%s\"", seed, format.id(), bytes.length,
                            net.costs(selection).get("macs"), accuracy, IMAGES, found.optimized().flips(), found.unoptimized().flips(),
                            found.worst().medianAbsDiff(), other, milliseconds, busy, selection));
                }
            }
        }
        Files.write(results, rows);
        System.out.println("worst flips of " + IMAGES + " images: " + worst);
    }

    private static void sizes(Path checkpoint, Path large, Path results) throws IOException {
        List<String> rows = new ArrayList<>(List.of("network,weights,bits,format,bytes,bytes_a_weight,limit_of_packed"));
        try (TrainedSupernet net = FullyNested.load(checkpoint, SETTINGS)) {
            sizes(net, "quickstart", rows);
        }
        try (FullyNested fn = FullyNested.open(large, SETTINGS)) {
            sizes(fn.train(TrainingListener.NONE), "large", rows);
        }
        Files.write(results, rows);
    }

    private static void sizes(TrainedSupernet net, String name, List<String> rows) {
        double params = net.costs(net.axes().full()).get("params");
        for (int bits : net.axes().axis("weights.bits").keeps()) {
            SubmodelSpec selection = SubmodelSpec.parse("weights.bits=" + bits);
            for (Format format : Format.fitting(net.graph(selection))) {
                int bytes = net.unverified(selection, new OnnxExporter(format)).bytes().length;
                rows.add(String.format(Locale.ROOT, "%s,%.0f,%d,%s,%d,%.3f,%s", name, params, bits, format.id(), bytes, bytes / params,
                        format == Format.PACKED ? String.valueOf((long) (1.06 * bits / 8 * params) + 65_536) : ""));
            }
        }
    }

    /** @param device the latency table of this machine at batch 32, by which the submodels "found" are looked for */
    private static void latency(Path checkpoint, Path device, Path results) throws IOException {
        List<String> rows = new ArrayList<>(List.of("model,format,macs,share_of_macs,batch,ms,ms_of_full_qdq_int8,selection"));
        try (TrainedSupernet net = FullyNested.load(checkpoint, SETTINGS)) {
            SubmodelSpec full = net.axes().full();
            double macs = net.costs(full).get("macs");
            List<String> names = new ArrayList<>();
            List<Format> formats = new ArrayList<>();
            List<SubmodelSpec> selections = new ArrayList<>();
            for (Format format : Format.fitting(net.graph(full))) {
                names.add("full");
                formats.add(format);
                selections.add(full);
            }
            // the ten random selections whose share of the MACs is just below a quarter
            List<SubmodelSpec> quarter = IntStream.rangeClosed(1, 1000).mapToObj(seed -> random(net, seed))
                    .filter(selection -> net.costs(selection).get("macs") <= macs / 4)
                    .sorted(Comparator.comparingDouble(selection -> -net.costs(selection).get("macs"))).limit(10).toList();
            for (SubmodelSpec selection : quarter) {
                for (Format format : List.of(Format.FLOAT32, Format.QDQ_INT8)) {
                    names.add("quarter");
                    formats.add(format);
                    selections.add(selection);
                }
            }
            for (SubmodelSpec selection : found(checkpoint, device)) {
                for (Format format : List.of(Format.FLOAT32, Format.QDQ_INT8)) {
                    names.add("found");
                    formats.add(format);
                    selections.add(selection);
                }
            }
            List<OnnxSession> sessions = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                sessions.add(OnnxSession.open(net.unverified(selections.get(i), new OnnxExporter(formats.get(i))).bytes(), true, 1));
            }
            for (int batch : new int[] {1, 32}) {
                List<Double> medians = medians(sessions, LabelledImages.first(net.network().data().test(), batch).joined());
                for (int i = 0; i < names.size(); i++) {
                    double cost = net.costs(selections.get(i)).get("macs");
                    rows.add(String.format(Locale.ROOT, "%s,%s,%.0f,%.3f,%d,%.4f,%.4f,\"%s\"", names.get(i), formats.get(i).id(), cost, cost / macs, batch,
                            medians.get(i), medians.get(formats.indexOf(Format.QDQ_INT8)), selections.get(i)));
                }
            }
            sessions.forEach(OnnxSession::close);
        }
        Files.write(results, rows);
    }

    /** What searches with three seeds find within a quarter of the MACs and {@value #SHARE} of the latency that a table says. */
    private static List<SubmodelSpec> found(Path checkpoint, Path device) throws IOException {
        List<SubmodelSpec> found = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            Settings settings = new Settings(OptionalLong.of(seed), 1, Optional.empty(), List.of(), Optional.empty(), List.of(device), List.of(),
                    Optional.empty(), Map.of(), plugin -> { }, note -> { });
            try (TrainedSupernet net = FullyNested.load(checkpoint, settings)) {
                Map<String, Double> full = net.costs(net.axes().full());
                String latency = full.keySet().stream().filter(cost -> cost.endsWith(".latency")).findFirst().orElseThrow();
                Budget quarter = new Budget("quarter", Map.of("macs", full.get("macs") / 4, latency, SHARE * full.get(latency)));
                found.add(net.search(new SearchOptions(new RacingGreedy(2, 1, 3), List.of(quarter)), Progress.NONE).chosen().get("quarter").spec());
            }
        }
        return found.stream().distinct().toList();
    }

    /** Medians of interleaved runs, the least of several: other work on the machine only ever adds. */
    private static List<Double> medians(List<OnnxSession> sessions, Tensor images) {
        List<Double> least = Latency.medians(sessions, images);
        for (int i = 1; i < REPETITIONS; i++) {
            List<Double> again = Latency.medians(sessions, images);
            List<Double> before = least;
            least = IntStream.range(0, sessions.size()).mapToObj(k -> Math.min(before.get(k), again.get(k))).toList();
        }
        return least;
    }
}
