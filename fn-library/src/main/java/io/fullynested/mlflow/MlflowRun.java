package io.fullynested.mlflow;

import io.fullynested.NestedNetwork;
import io.fullynested.core.io.Sha256;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.WritingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes how training goes as a run of MLflow, while it goes on, into a folder that {@code mlflow ui --backend-store-uri FOLDER} shows. The experiment is
 * named as the description; the run is named as the folder of the results, which are its artifacts. Parameters are what the description says, by
 * their keys, and {@code seed} and {@code threads}; metrics are the columns of {@code training.csv}, by step.
 */
public final class MlflowRun extends WritingListener implements AutoCloseable {

    /** MLflow's numbers of states. */
    private static final int RUNNING = 1;
    private static final int FINISHED = 3;
    private static final int KILLED = 5;
    private static final int ID_LETTERS = 32;

    private final NestedNetwork network;
    private final Path results;
    private final Path folder;
    private final String id;
    private final String metric;
    private Validated measured;
    private long started;
    private boolean begun;
    private boolean ended;

    /**
     * Finds or makes the experiment.
     *
     * @param root    MLflow's folder
     * @param results where results go; a run with the same place takes the place of an earlier one
     * @param next    told all the same
     * @throws IOException if it cannot be written
     */
    public MlflowRun(Path root, NestedNetwork network, Path results, TrainingListener next) throws IOException {
        super("MLflow", next);
        this.network = network;
        this.results = results.toAbsolutePath().normalize();
        this.id = new Sha256().add(this.results.toString()).hex().substring(0, ID_LETTERS);
        this.metric = network.metric().replace('-', '_');
        this.folder = new Store(root).experiment(network.name().replaceFirst("\\.ya?ml$", "")).resolve(id);
    }

    private void begin(double seconds) {
        begun = true;
        started = System.currentTimeMillis() - Math.round(1e3 * seconds);
        write(() -> {
            for (String part : List.of("metrics", "params", "tags", "artifacts")) {
                Files.createDirectories(folder.resolve(part));
            }
            try (var old = Files.list(folder.resolve("metrics"))) {
                for (Path file : old.toList()) {
                    Files.delete(file);
                }
            }
            Map<String, String> params = Store.leaves(network.yaml());
            params.put("seed", String.valueOf(network.seed()));
            params.put("threads", String.valueOf(network.threads()));
            for (Map.Entry<String, String> param : params.entrySet()) {
                Files.writeString(folder.resolve("params").resolve(param.getKey()), param.getValue());
            }
            Map<String, String> tags = Map.of("mlflow.runName", results.getFileName().toString(), "mlflow.source.name", network.name(), "mlflow.source.type", "LOCAL");
            for (Map.Entry<String, String> tag : tags.entrySet()) {
                Files.writeString(folder.resolve("tags").resolve(tag.getKey()), tag.getValue());
            }
            meta(RUNNING, null);
        });
    }

    private void meta(int status, Long end) throws IOException {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("artifact_uri", results.toUri().toString().replaceFirst("/$", ""));
        meta.put("deleted_time", null);
        meta.put("end_time", end);
        meta.put("entry_point_name", "");
        meta.put("experiment_id", folder.getParent().getFileName().toString());
        meta.put("lifecycle_stage", "active");
        meta.put("run_id", id);
        meta.put("run_name", results.getFileName().toString());
        meta.put("run_uuid", id);
        meta.put("source_name", "");
        meta.put("source_type", 4);
        meta.put("source_version", "");
        meta.put("start_time", started);
        meta.put("status", status);
        meta.put("tags", List.of());
        meta.put("user_id", System.getProperty("user.name"));
        Store.write(folder, meta);
    }

    @Override
    public void resumed(long step, long steps, List<Progress> past, List<Validated> before) {
        begin(past.isEmpty() ? 0 : past.get(past.size() - 1).seconds());
        past.forEach(at -> add(at, before.stream().filter(one -> one.step() == at.step()).findFirst().orElse(null)));
        super.resumed(step, steps, past, before);
    }

    @Override
    public void step(Progress at) {
        if (!begun) {
            begin(at.seconds());
        }
        super.step(at);
    }

    @Override
    public void validated(Validated at) {
        measured = at;
        super.validated(at);
    }

    @Override
    public void epoch(Progress at) {
        add(at, measured);
        measured = null;
        super.epoch(at);
    }

    private void add(Progress at, Validated images) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", at.loss());
        values.put(metric, at.score());
        values.put("learning_rate", at.learningRate());
        if (images != null) {
            values.put("validation_loss", images.full().loss());
            values.put("validation_" + metric, images.full().score());
            values.put("smallest_validation_loss", images.smallest().loss());
            values.put("smallest_validation_" + metric, images.smallest().score());
        }
        OpenOption[] more = {StandardOpenOption.CREATE, StandardOpenOption.APPEND};
        values.forEach((name, value) -> write(() -> Files.writeString(folder.resolve("metrics").resolve(name),
                (started + Math.round(1e3 * at.seconds())) + " " + value + " " + at.step() + "\n", more)));
    }

    @Override
    public void ended(int epochs, int kept) {
        ended = true;
        super.ended(epochs, kept);
    }

    @Override
    public void close() {
        if (begun) {
            write(() -> meta(ended ? FINISHED : KILLED, System.currentTimeMillis()));
        }
    }
}
