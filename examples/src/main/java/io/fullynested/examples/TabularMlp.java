package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.training.TrainingListener;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A table and a multilayer perceptron whose neurons are nested: every width of it is a network. The data are arrays made here. */
public final class TabularMlp {

    private static final List<String> CLASSES = List.of("inner", "middle", "outer");

    private static final String YAML = """
            data: in-memory
            network:
              input: {channels: 4, height: 1, width: 1}
              blocks:
                - {kind: dense, neurons: 32}
                - {kind: dense, neurons: 32}
                - {kind: classifier, classes: 3}
              nesting: {neurons: {keeps: [1/8, 1/4, 1/2, 1], per: network}}
            training: {epochs: %d, optimizer: {learning-rate: 0.1}}
            """;

    private TabularMlp() {
    }

    public static void main(String[] args) {
        accuracies(30, Settings.standard()).forEach((neurons, accuracy) -> System.out.println(neurons + " neurons: accuracy " + accuracy));
    }

    /** Rings around a centre in millimetres, in two columns; two more say nothing. */
    private static Dataset rings(int rows, Random random) {
        float[][] table = new float[rows][];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = random.nextInt(CLASSES.size());
            double radius = 100 * (labels[i] + 0.2 + 0.6 * random.nextDouble());
            double angle = 2 * Math.PI * random.nextDouble();
            table[i] = new float[] {(float) (500 + radius * Math.cos(angle)), (float) (radius * Math.sin(angle)), random.nextFloat(),
                    (float) random.nextGaussian()};
        }
        return ArrayDataset.ofTable(CLASSES, table, labels);
    }

    /** Test accuracy by the share of neurons kept, in thirty-seconds. */
    static Map<Integer, Double> accuracies(int epochs, Settings settings) {
        Random random = new Random(1);
        DataSource.Splits data = new DataSource.Splits(rings(4000, random), rings(1000, random), rings(1000, random));
        Map<Integer, Double> accuracies = new TreeMap<>();
        try (FullyNested fn = FullyNested.open(YAML.formatted(epochs), settings.withData(base -> data))) {
            TrainedSupernet net = fn.train(TrainingListener.NONE);
            net.axes().stream().forEach((SubmodelSpec spec) ->
                    accuracies.put(spec.keeps().values().iterator().next(), net.evaluate(spec, data.test()).score()));
        }
        return accuracies;
    }
}
