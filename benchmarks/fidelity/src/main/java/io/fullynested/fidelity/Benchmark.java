package io.fullynested.fidelity;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.SubmodelEvaluator;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.task.Scorer;
import io.fullynested.hardware.Bops;
import io.fullynested.hardware.Macs;
import io.fullynested.training.TorchEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works off the pieces of a table, each kept as soon as it is finished. */
final class Benchmark {

    private final Setting setting;
    private final DataSource.Splits data;
    private final int threads;
    private final Trainings trainings;
    private final Results results;
    private final Display display;

    Benchmark(Setting setting, DataSource.Splits data, int threads, Trainings trainings, Results results, Display display) {
        this.setting = setting;
        this.data = data;
        this.threads = threads;
        this.trainings = trainings;
        this.results = results;
        this.display = display;
    }

    private record Job(Piece piece, long seed) {
    }

    /**
     * Runs what is not in the results yet, seed by seed.
     *
     * @param backwards whether to begin with the last piece; another process may begin with the first, what it has done is left out
     * @param limit   seconds after which no piece is begun; none either that would take longer, as far as that is known
     * @param started told before rows are written
     * @return whether all is done
     * @throws IllegalStateException if the results hold rows of the same pieces trained for another number of images
     */
    boolean run(List<Recipe> recipes, List<Long> seeds, boolean backwards, double limit, Started started) throws IOException {
        List<Job> left = new ArrayList<>();
        int all = 0;
        List<Row> rows = results.read();
        for (long seed : seeds) {
            for (Recipe recipe : recipes) {
                for (Piece piece : recipe.pieces(setting)) {
                    all++;
                    if (!done(piece, seed, rows)) {
                        left.add(new Job(piece, seed));
                    }
                }
            }
        }
        if (backwards) {
            Collections.reverse(left);
        }
        double[] costs = left.stream().mapToDouble(job -> cost(job.piece())).toArray();
        display.begin(setting.table(), all - left.size(), costs, rows);
        for (int i = 0; i < costs.length; i++) {
            if (!display.fits(i, limit)) {
                display.stopped(costs.length - i);
                return false;
            }
            Job job = left.get(i);
            if (done(job.piece(), job.seed(), results.read())) {
                // another process has been at it
                continue;
            }
            List<Row> measured = run(job, i);
            started.started();
            results.append(measured);
            display.finished(i, measured);
        }
        return true;
    }

    /** Told when a piece is finished. */
    interface Started {
        void started() throws IOException;
    }

    private double cost(Piece piece) {
        return TrainingCost.of(piece).expected(data.train().size());
    }

    private boolean done(Piece piece, long seed, List<Row> rows) {
        long images = TrainingCost.of(piece).images(data.train().size());
        for (Piece.Measurement measurement : piece.measurements()) {
            Row.Key key = key(measurement, seed);
            Optional<Row> row = rows.stream().filter(r -> r.key().equals(key)).findFirst();
            if (row.isEmpty()) {
                return false;
            }
            if (row.get().images() != images) {
                throw new IllegalStateException(results.file() + " holds " + key + ", trained on " + row.get().images() + " images, not on "
                        + images + ". Maybe the --epochs and --cost of before, or another --out?");
            }
        }
        return true;
    }

    private Row.Key key(Piece.Measurement measurement, long seed) {
        return new Row.Key(setting.table().id(), measurement.recipe(), seed, measurement.shown().spec().toString());
    }

    private List<Row> run(Job job, int index) throws IOException {
        Piece piece = job.piece();
        Training training = trainings.of(piece, data.train(), job.seed(), threads, display.training(index, piece, job.seed()));
        Map<Supernet, List<Piece.Measurement>> byNetwork = new LinkedHashMap<>();
        piece.measurements().forEach(m -> byNetwork.computeIfAbsent(m.within(), net -> new ArrayList<>()).add(m));
        List<Row> rows = new ArrayList<>();
        try (TorchEngine engine = new TorchEngine(1)) {
            byNetwork.forEach((net, measurements) -> {
                Parameters masters = new Parameters(training.masters(), net.spec().quantization().quantizer());
                // the test set in the place of the validation set: nothing is chosen by what is measured here
                SubmodelEvaluator evaluator = new SubmodelEvaluator(net, masters, Scorer.classification(data.train()), engine,
                        ComputeDevice.CPU, threads, data.train(), data.test(), job.seed(),
                        piece.options().recalibrationImages());
                List<Evaluation> found = evaluator.evaluate(measurements.stream().map(Piece.Measurement::spec).toList(), evaluator.images());
                for (int i = 0; i < measurements.size(); i++) {
                    rows.add(row(measurements.get(i), job.seed(), training, found.get(i)));
                }
            });
        }
        return rows;
    }

    private Row row(Piece.Measurement measurement, long seed, Training training, Evaluation found) {
        Graph graph = measurement.within().compile(measurement.spec());
        QuantizationOptions codes = measurement.within().spec().quantization();
        Selection shown = measurement.shown();
        return new Row(setting.table().id(), measurement.recipe(), seed, shown.level(), shown.spec().toString(),
                bits(shown, "weights.bits", codes.weights()), bits(shown, "activations.bits", codes.activations()),
                Math.round(new Macs().cost(graph)), Math.round(new Bops().cost(graph)), training.images(), training.macs(), training.seconds(),
                100 * found.score());
    }

    private static int bits(Selection selection, String axis, Optional<QuantizationOptions.Bits> code) {
        return code.map(bits -> selection.spec().keeps().getOrDefault(axis, bits.bits())).orElse(Weight.FLOAT);
    }
}
