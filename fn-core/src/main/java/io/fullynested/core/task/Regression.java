package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.task.Moments;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import java.util.Optional;

/** One quantity or several for each image, scored by the share of their variance that is explained. */
public record Regression(
        @Option(value = "what an error costs: its square, or that up to delta deviations of the quantity and linear beyond", byDefault = "mse")
        Loss loss,
        @Option(value = "where the Huber loss becomes linear, in deviations of the quantity", byDefault = "1", min = 1e-6) double delta,
        @Option("the output that it is about, by its name, of a network that has several; each of them if absent") Optional<String> output) implements Task {

    /** The name of the share of the variance that is explained. */
    static final String R2 = "r2";

    /** What an error costs, in deviations of the quantity. */
    public enum Loss {
        /** Its square. */
        MSE,
        /** Half its square, linear beyond a limit (Huber, 1964). */
        HUBER
    }

    @Override
    public Target.Kind target() {
        return Target.Kind.NUMBERS;
    }

    @Override
    public String scoreName() {
        return R2;
    }

    @Override
    public String outputs() {
        return "numbers [N, quantities] in the units of the data";
    }

    @Override
    public void check(Shape output) {
        if (!output.flat()) {
            throw new IllegalArgumentException("a row of numbers. Maybe add a linear block?");
        }
    }

    @Override
    public void check(Shape output, Target target) {
        if (output.elements() != target.size()) {
            throw new IllegalArgumentException("the data has " + target.size() + " quantities, the network gives " + output.elements()
                    + ". Maybe a last block {kind: linear, outputs: " + target.size() + "}?");
        }
    }

    @Override
    public Objective objective(Dataset training) {
        Moments moments = TargetMoments.of(training);
        return new QuantityObjective(moments, loss == Loss.HUBER ? delta : Double.POSITIVE_INFINITY);
    }
}
