package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A task on some data, for whole batches of answers.
 *
 * @param task      what is wanted
 * @param objective the same on the training data
 */
public record Scorer(Task task, Objective objective) {

    /**
     * A task on its training data.
     *
     * @throws IllegalArgumentException if they do not go together
     */
    public static Scorer of(Task task, Dataset training) {
        return of(task, training, Map.of("output", training.shape()));
    }

    /**
     * A task on its training data, for a network.
     *
     * @param outputs of the network, by name, in order
     * @throws IllegalArgumentException if they do not go together
     */
    public static Scorer of(Task task, Dataset training, Map<String, Shape> outputs) {
        Target.Kind wanted = task.target();
        if (wanted != Target.Kind.NOTHING && training.target().kind() != wanted) {
            throw new IllegalArgumentException("the task needs " + wanted.noun() + ", the data give " + training.target().kind().noun());
        }
        return new Scorer(task, new TaskOutputs(task, outputs).objective(training));
    }

    /** A classification, scored by its accuracy. */
    public static Scorer classification(Dataset training) {
        return of(Classification.standard(), training);
    }

    /** Begins to measure. */
    public Scores start() {
        return new Scores(this);
    }

    /**
     * Score and loss of all answers.
     *
     * @param outputs {@code [n, …]}
     * @param targets n targets, one after the other
     */
    public Evaluation evaluate(Tensor outputs, float[] targets) {
        return start().add(outputs.data(), targets, outputs.shape()[0]).evaluation();
    }

    /** How good the best answer is that sees no image; empty if nobody knows. */
    public Optional<Evaluation> blind(Dataset images) {
        return objective.blind().map(answer -> {
            Scores scores = start();
            float[] target = new float[images.target().size()];
            for (int i = 0; i < images.size(); i++) {
                images.readTarget(i, target, 0);
                scores.add(answer, target, 1);
            }
            return scores.evaluation();
        });
    }

    /**
     * The mean divergence of a submodel's answers from the full network's; infinite where outputs are not numbers.
     *
     * @param whole {@code [n, …]}
     * @param part  of the same shape
     */
    public double divergence(Tensor whole, Tensor part) {
        int images = whole.shape()[0];
        int size = whole.data().length / images;
        double divergence = 0;
        for (int i = 0; i < images; i++) {
            divergence += objective.divergence(Arrays.copyOfRange(whole.data(), i * size, (i + 1) * size),
                    Arrays.copyOfRange(part.data(), i * size, (i + 1) * size));
        }
        return Double.isNaN(divergence) ? Double.POSITIVE_INFINITY : divergence / images;
    }
}
