package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.RunSpec;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.spec.Options;
import io.fullynested.training.Geometric;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingOptions;
import io.fullynested.training.Uniform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How ordered dropout draws prefixes decides what small and large submodels lose. One of the distributions is made here. */
public final class ComparingDropout {

    private ComparingDropout() {
    }

    /** The whole with a probability of its own, all else equally often: grows from always the whole to that share. */
    public record WholeFirst(@Option(value = "how likely the whole is at the end", min = 0, max = 1) double whole) implements OrderedDropout {
        @Override
        public double[] probabilities(NestedAxis axis, double progress) {
            int prefixes = axis.keeps().size();
            double last = prefixes == 1 ? 1 : 1 + progress * (whole - 1);
            double[] probabilities = new double[prefixes];
            Arrays.fill(probabilities, (1 - last) / Math.max(1, prefixes - 1));
            probabilities[prefixes - 1] = last;
            return probabilities;
        }
    }

    /** What makes {@code ordered-dropout: {kind: whole-first}} known. */
    public static final class Distributions implements FullyNestedPlugin {
        @Override
        public String name() {
            return "own-dropout";
        }

        @Override
        public List<Factory<OrderedDropout>> orderedDropouts() {
            return List.of(Factory.of("whole-first", "the whole at first, then shorter ones too", WholeFirst.class, OrderedDropout.class));
        }
    }

    public static void main(String[] args) throws IOException {
        run(10, Settings.standard().withBase(Path.of("examples"))).forEach((dropout, test) -> System.out.println(dropout + " " + Arrays.toString(test)));
    }

    /** Test accuracy with 0, 1/4, 1/2, 3/4 and all of the way from the smallest prefix of every axis to the whole, by distribution. */
    static Map<OrderedDropout, double[]> run(int epochs, Settings settings) throws IOException {
        Map<OrderedDropout, double[]> accuracy = new LinkedHashMap<>();
        for (OrderedDropout dropout : List.of(new Uniform(), new Geometric(1.5), new Geometric(0.67), new WholeFirst(0.4))) {
            RunSpec spec = QuickstartInJava.description(epochs);
            RunSpec own = Options.of(RunSpec.class).set(RunSpec::data).to(spec.data()).set(RunSpec::network).to(spec.network())
                    .within(RunSpec::training, o -> o.set(TrainingOptions::epochs).to(epochs).set(TrainingOptions::orderedDropout).to(dropout)).make();
            try (FullyNested fn = FullyNested.open(own, settings.withPlugins(new Distributions()))) {
                TrainedSupernet net = fn.train(TrainingListener.NONE);
                accuracy.put(dropout, IntStream.rangeClosed(0, 4).mapToDouble(quarter -> {
                    SubmodelSpec some = net.axes().select(axis -> axis.keeps().get(quarter * (axis.keeps().size() - 1) / 4));
                    return net.evaluate(some, fn.data().test()).score();
                }).toArray());
            }
        }
        return accuracy;
    }
}
