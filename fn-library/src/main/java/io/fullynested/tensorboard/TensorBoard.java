package io.fullynested.tensorboard;

import io.fullynested.api.search.Evaluation;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.WritingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes how training goes as TensorBoard reads it, while it goes on. There are three runs, each a folder, so that their curves lie over each other:
 * {@code train} has means over each epoch of the submodels drawn, {@code validation} the full network and {@code smallest} the smallest on validation
 * images. Scalars are {@code loss}, the metric under its name, and of {@code train} also {@code learning_rate} and {@code images_per_second}, by step.
 */
public final class TensorBoard extends WritingListener implements AutoCloseable {

    private final String metric;
    private final List<EventFile> files;
    private boolean begun;

    /**
     * Begins files in a folder; those that are there of an earlier training stay, and what goes on or begins anew takes the place of what they
     * tell of the same steps.
     *
     * @param metric what scores are of
     * @param next   told all the same
     * @throws IOException if they cannot be written
     */
    public TensorBoard(Path folder, String metric, TrainingListener next) throws IOException {
        super("TensorBoard", next);
        this.metric = metric.replace('-', '_');
        this.files = List.of(new EventFile(folder.resolve("train")), new EventFile(folder.resolve("validation")), new EventFile(folder.resolve("smallest")));
    }

    private void begin(long step) {
        if (!begun) {
            begun = true;
            files.forEach(file -> write(() -> file.begin(step)));
        }
    }

    @Override
    public void resumed(long step, long steps, List<Progress> past, List<Validated> measured) {
        begin(step + 1);
        super.resumed(step, steps, past, measured);
    }

    @Override
    public void step(Progress at) {
        begin(0);
        super.step(at);
    }

    @Override
    public void validated(Validated at) {
        write(() -> files.get(1).add(at.step(), values(at.full())));
        write(() -> files.get(2).add(at.step(), values(at.smallest())));
        super.validated(at);
    }

    @Override
    public void epoch(Progress at) {
        Map<String, Double> values = values(at.loss(), at.score());
        values.put("learning_rate", at.learningRate());
        values.put("images_per_second", at.imagesPerSecond());
        write(() -> files.get(0).add(at.step(), values));
        super.epoch(at);
    }

    private Map<String, Double> values(Evaluation at) {
        return values(at.loss(), at.score());
    }

    private Map<String, Double> values(double loss, double score) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", loss);
        values.put(metric, score);
        return values;
    }

    @Override
    public void close() {
        files.forEach(file -> write(file::close));
    }
}
