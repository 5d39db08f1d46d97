import io.fullynested.FullyNested;
import io.fullynested.NestedNetwork;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.SubmodelEvaluator;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.search.ParetoFront;
import io.fullynested.search.PredictorSearch;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.TorchEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs search strategies on one trained supernet and tells what each costs and finds.
 *
 * <pre>java -cp "fn-cli/target/classes:$(cat fn-cli/target/classpath)" benchmarks/search/SearchBenchmark.java CHECKPOINT BENCHMARK.yaml OUT.csv</pre>
 *
 * <p>Columns, a line for each strategy and seed:
 * <ul>
 * <li>hypervolume: the area under the front over log BOPs, from 1/16 of the full model's to all of them, relative to that of the first
 *     strategy for the same seed. At each number of BOPs the front delivers the submodel that is best on the validation images; its
 *     accuracy is measured on test images, which no search saw, and counted from {@value #FLOOR} up (nothing below, nor where there is
 *     no submodel);
 * <li>imagesEvaluated: images that went through a network, those of recalibration included;
 * <li>evaluations: submodels that were asked for, on however many images;
 * <li>seconds;
 * <li>for each budget the accuracy of the submodel chosen, on all validation images and on test images;
 * <li>rankCorrelation: Spearman's, between divergences of a predictor's draws as measured and as predicted without them. Files of before have none.
 * </ul>
 * A seed is that of the strategy, of the images to recalibrate on, and of the order of the validation images.
 */
public final class SearchBenchmark {

    private static final double FLOOR = .5;
    private static final double RANGE = 16;

    /** What is compared. */
    public record Benchmark(
            @Option("strategies and what to call them; the first is the reference") List<Named> strategies,
            @Option("what submodels may cost at most") List<Budget> budgets,
            @Option(value = "axes that are not searched", byDefault = "{}") Map<String, Integer> freeze,
            @Option(value = "runs of each strategy", byDefault = "3") int seeds) {
    }

    /** A strategy and its name. */
    public record Named(@Option("its name in the table") String name, @Option("the strategy") SearchStrategy strategy) {
    }

    private final TrainedSupernet net;
    private final Parameters masters;
    private final Benchmark benchmark;
    private final Map<SubmodelSpec, Double> onTest = new HashMap<>();

    private SearchBenchmark(TrainedSupernet net, Parameters masters, Benchmark benchmark) {
        this.net = net;
        this.masters = masters;
        this.benchmark = benchmark;
    }

    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        try (PluginRegistry registry = PluginRegistry.load(List.of());
                TrainedSupernet net = FullyNested.load(checkpoint, Settings.standard())) {
            Benchmark benchmark = new SpecReader(registry).read(Path.of(arguments[1]), Benchmark.class).value();
            Parameters masters = new Parameters(Checkpoint.read(checkpoint).tensors(), net.network().spec().network().quantization().quantizer());
            Files.writeString(Path.of(arguments[2]), new SearchBenchmark(net, masters, benchmark).table());
        }
    }

    private String table() throws Exception {
        StringBuilder table = new StringBuilder("strategy,seed,hypervolume,imagesEvaluated,evaluations,seconds");
        benchmark.budgets().forEach(budget -> table.append(",").append(budget.name()).append("Validation,").append(budget.name()).append("Test"));
        table.append(",rankCorrelation");
        table.append('\n');
        for (int seed = 1; seed <= benchmark.seeds(); seed++) {
            double reference = Double.NaN;
            for (Named strategy : benchmark.strategies()) {
                Run run = run(strategy.strategy(), seed);
                double area = area(run.found());
                reference = Double.isNaN(reference) ? area : reference;
                String line = String.format(Locale.ROOT, "%s,%d,%.4f,%d,%d,%.1f%s,%s", strategy.name(), seed, area / reference, run.images(),
                        run.evaluations(), run.seconds(), chosen(run.found()), Optional.ofNullable(run.found().figures().get(PredictorSearch.RANK_CORRELATION))
                                .map(correlation -> String.format(Locale.ROOT, "%.3f", correlation)).orElse(""));
                System.out.println(line);
                table.append(line).append('\n');
            }
        }
        return table.toString();
    }

    private record Run(SearchResult found, long images, long evaluations, double seconds) {
    }

    private Run run(SearchStrategy strategy, long seed) throws Exception {
        NestedNetwork network = net.network();
        int recalibration = network.spec().training().recalibrationImages();
        Counting engine = new Counting(new TorchEngine(1), new AtomicLong());
        try {
            SubmodelEvaluator evaluator = new SubmodelEvaluator(network.supernet(), masters, network.scorer(), engine, ComputeDevice.CPU, network.threads(), network.data().train(),
                    network.data().validation(), seed, recalibration);
            AtomicLong evaluations = new AtomicLong();
            long start = System.nanoTime();
            SearchResult found = network.costs().search(new SearchOptions(strategy, benchmark.budgets(), List.of(), benchmark.freeze(), List.of(), 0), new Evaluator() {
                @Override
                public int images() {
                    return evaluator.images();
                }

                @Override
                public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
                    evaluations.addAndGet(specs.size());
                    return evaluator.evaluate(specs, images);
                }

                @Override
                public int blocks() {
                    return evaluator.blocks();
                }

                @Override
                public List<Double> divergences(List<SubmodelSpec> specs, int block) {
                    evaluations.addAndGet(specs.size());
                    return evaluator.divergences(specs, block);
                }
            }, Progress.NONE, seed);
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Run(found, engine.images().get(), evaluations.get(),
                    seconds);
        } finally {
            engine.close();
        }
    }

    /** The area under the test accuracy of what a front delivers, over log BOPs. */
    private double area(SearchResult found) throws Exception {
        double most = Math.log(net.costs(net.axes().full()).get("bops"));
        List<Candidate> front = new ArrayList<>(ParetoFront.of(found.visited(), "bops").candidates());
        front.sort(Comparator.comparingDouble(SearchBenchmark::bops));
        double area = 0;
        for (int i = 0; i < front.size(); i++) {
            double from = Math.max(bops(front.get(i)), most - Math.log(RANGE));
            double to = i + 1 < front.size() ? bops(front.get(i + 1)) : most;
            area += Math.max(0, to - from) * Math.max(0, onTest(front.get(i).spec()) - FLOOR);
        }
        return area;
    }

    private static double bops(Candidate candidate) {
        return Math.log(candidate.costs().get("bops"));
    }

    private String chosen(SearchResult found) throws Exception {
        StringBuilder text = new StringBuilder();
        for (Budget budget : benchmark.budgets()) {
            Candidate chosen = found.chosen().get(budget.name());
            text.append(String.format(Locale.ROOT, ",%.4f,%.4f", chosen.evaluation().score(), onTest(chosen.spec())));
        }
        return text.toString();
    }

    /** Always with the batch norms of the checkpoint's own seed. */
    private double onTest(SubmodelSpec spec) throws Exception {
        Double known = onTest.get(spec);
        if (known == null) {
            known = net.evaluate(spec, net.network().data().test()).score();
            onTest.put(spec, known);
        }
        return known;
    }

    /** A backend that counts the images it computes. */
    private record Counting(Backend backend, AtomicLong images) implements Backend {
        @Override
        public String name() {
            return backend.name();
        }

        @Override
        public List<ComputeDevice> devices() {
            return backend.devices();
        }

        @Override
        public String limit() {
            return backend.limit();
        }

        @Override
        public Executable bind(Model model, ComputeDevice device) {
            return new Counted(backend.bind(model, device), images);
        }

        @Override
        public void close() {
            backend.close();
        }
    }

    private record Counted(Executable model, AtomicLong images) implements Executable {
        @Override
        public Tensor run(Tensor batch) {
            images.addAndGet(batch.shape()[0]);
            return model.run(batch);
        }

        @Override
        public Map<String, Tensor> recalibrate(Tensor batch) {
            images.addAndGet(batch.shape()[0]);
            return model.recalibrate(batch);
        }

        @Override
        public Tensor runAsInTraining(Tensor batch) {
            images.addAndGet(batch.shape()[0]);
            return model.runAsInTraining(batch);
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
