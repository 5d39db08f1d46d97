package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.task.Moments;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What a trained network says of images, whatever that is; nobody need have labelled them. */
public record Imitate(
        @Option("checkpoint of the trained network, relative to the YAML file") Path checkpoint,
        @Option(value = "what a difference costs: its square, in deviations of the teacher's outputs; the divergence of the probabilities that logits "
                + "stand for; or the angle between the two", byDefault = "mse") Loss loss,
        @Option("the output that it is about, by its name, of a network that has several; each of them if absent") Optional<String> output) implements Task {

    /** What a difference costs. */
    public enum Loss {
        /** Its square, whatever the outputs are. */
        MSE,
        /** The Kullback-Leibler divergence of the teacher's probabilities from the network's; outputs are the logits of classes. */
        KL,
        /** One less the cosine of the angle between the outputs, such as embeddings, whose length says nothing. */
        COSINE
    }

    @Override
    public Target.Kind target() {
        return Target.Kind.NOTHING;
    }

    @Override
    public Optional<Path> teacher() {
        return Optional.of(checkpoint);
    }

    @Override
    public String scoreName() {
        return loss == Loss.KL ? ImitationMeter.AGREEMENT : ImitationMeter.COSINE;
    }

    @Override
    public String outputs() {
        return "outputs [N, …], as the network that it imitates";
    }

    @Override
    public void check(Shape output) {
        if (loss == Loss.KL && (!output.flat() || output.channels() < 2)) {
            throw new IllegalArgumentException("logits of two classes or more. Maybe add a classifier block, or loss: mse?");
        }
    }

    @Override
    public void check(Shape output, Target target) {
        if (!output.equals(target.shape())) {
            throw new IllegalArgumentException("the teacher gives " + target.shape() + ", the network " + output + (target.shape().flat()
                    ? ". Maybe a last block {kind: linear, outputs: " + target.size() + "}?" : ". Maybe the teacher's last blocks?"));
        }
    }

    @Override
    public Objective objective(Dataset training) {
        Moments each = TargetMoments.of(training);
        // one unit for all: the outputs of one network are of a kind, and one that hardly varies hardly matters
        double unit = Math.sqrt(Arrays.stream(each.deviation()).map(one -> one * one).average().orElse(1));
        return new ImitationObjective(loss, unit, each.mean());
    }
}
