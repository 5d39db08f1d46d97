package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.task.Task;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Linear;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Outputs;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.NetworkSpec.Block;
import io.fullynested.core.task.Classification;
import io.fullynested.core.task.Regression;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Training of networks that give several outputs. */
class SeveralOutputsTest {

    private static final int ROWS = 256;
    private static final Block TRUNK = Block.of(new DenseBlock(16, Nonlinearity.RELU)).named("trunk");

    private static Supernet net(List<Block> blocks, String... outputs) {
        NetworkSpec bars = Bars.net(false).spec();
        NestingOptions nesting = bars.nesting();
        return new Supernet(new NetworkSpec(Optional.of(new NetworkSpec.Input(4, 1, 1)), List.of(), blocks, nesting, bars.quantization(), Optional.empty(),
                List.of(outputs)));
    }

    private static Supernet heads(int... sizes) {
        List<Block> blocks = new ArrayList<>(List.of(TRUNK));
        String[] names = new String[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            names[i] = "head" + i;
            blocks.add(Block.of(new Linear(sizes[i])).named(names[i]).taking("trunk"));
        }
        return net(blocks, names);
    }

    private static float[][] rows() {
        SplittableRandom random = new SplittableRandom(1);
        float[][] rows = new float[ROWS][4];
        for (float[] row : rows) {
            for (int k = 0; k < row.length; k++) {
                row[k] = (float) random.nextDouble();
            }
        }
        return rows;
    }

    /** Metres of the one output, micrometres of the other. */
    private static Dataset quantities() {
        float[][] rows = rows();
        float[] targets = new float[2 * ROWS];
        for (int i = 0; i < ROWS; i++) {
            targets[2 * i] = 5 + rows[i][0] - rows[i][1];
            targets[2 * i + 1] = 1e6f * (rows[i][2] + rows[i][3]);
        }
        return ArrayDataset.ofTable(Target.numbers(List.of("near", "far")), rows, targets);
    }

    private static Dataset classes() {
        float[][] rows = rows();
        int[] labels = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            labels[i] = rows[i][0] > rows[i][1] ? 1 : 0;
        }
        return ArrayDataset.ofTable(List.of("less", "more"), rows, labels);
    }

    private static Map<String, Tensor> train(Supernet net, Task task, Dataset data, String options) {
        return Trainer.train(net, data, Scorer.of(task, data, net.outputs()), Recipes.of(options), Trainer.Start.SCRATCH, 3, 1, Optional.empty(),
                TrainingListener.NONE);
    }

    private static double score(Supernet net, Task task, Dataset data, Map<String, Tensor> masters) {
        try (TorchEngine engine = new TorchEngine(1)) {
            Model model = new Model(net.compile(net.axes().full()), new Parameters(masters, net.spec().quantization().quantizer()));
            Tensor rows = new Tensor(new int[] {ROWS, 4, 1, 1}, flat(rows()));
            return Outputs.evaluate(Scorer.of(task, data, net.outputs()), engine.bind(model.with(engine.recalibrate(model, rows)), ComputeDevice.CPU), data).score();
        }
    }

    private static float[] flat(float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        }
        return all;
    }

    private static Classification classification(String output) {
        return new Classification(List.of(), Classification.Metric.ACCURACY, Optional.of(output));
    }

    @Test
    void quantitiesOfEachOutputAreLearntInTheirUnits() {
        Supernet net = heads(1, 1);
        Regression task = new Regression(Regression.Loss.MSE, 1, Optional.empty());
        Map<String, Tensor> masters = train(net, task, quantities(), "{epochs: 30, batch-size: 16}");
        assertThat(score(net, task, quantities(), masters)).isGreaterThan(.9);
        // half the mean of near + half that of far
        assertThat(masters.get("head0/outputs/bias").data()[0]).isBetween(3f, 7f);
        assertThat(Math.abs(masters.get("head1/outputs/bias").data()[0])).isGreaterThan(1e4f);
    }

    @Test
    void whatATaskIsNotAboutStaysAsItWasInitialised() {
        Supernet net = heads(2, 2);
        Map<String, Tensor> first = train(net, classification("head0"), classes(), "{epochs: 6, batch-size: 16, optimizer: {weight-decay: 0}}");
        assertThat(score(net, classification("head0"), classes(), first)).isGreaterThan(.85);
        Map<String, Tensor> initial;
        try (TrainingSession session = new TrainingSession(net, classes(), Scorer.of(classification("head0"), classes(), net.outputs()),
                Recipes.of("{epochs: 6, batch-size: 16}"), Trainer.Start.SCRATCH, 3, Ranks.ALONE, ComputeDevice.CPU, 1)) {
            initial = session.masters();
        }
        assertThat(first.get("head1/outputs/weight").data()).containsExactly(initial.get("head1/outputs/weight").data());
        assertThat(first.get("head0/outputs/weight").data()).isNotEqualTo(initial.get("head0/outputs/weight").data());
    }

    /** The very kernels that learn from a network with one output: smoothing and distillation among them. */
    @Test
    void oneOutputAmongSeveralLearnsAsIfItWereAlone() {
        String options = "{epochs: 3, batch-size: 16, label-smoothing: 0.1, distillation: {from: in-place, start: 0.3}, recipe: us-net}";
        Classification alone = new Classification(List.of(), Classification.Metric.ACCURACY, Optional.empty());
        List<Block> blocks = List.of(TRUNK, Block.of(new Classifier(2)).named("head0"));
        Map<String, Tensor> expected = train(net(blocks), alone, classes(), options);
        List<Block> more = List.of(TRUNK, Block.of(new Classifier(2)).named("head0"), Block.of(new Linear(3)).named("head1").taking("trunk"));
        Map<String, Tensor> among = train(net(more, "head1", "head0"), classification("head0"), classes(), options);
        for (String name : List.of("trunk/dense/weight", "head0/logits/weight", "head0/logits/bias")) {
            assertThat(among.get(name).data()).as(name).containsExactly(expected.get(name).data());
        }
    }

    @Test
    void whatCannotBeLearntIsRefused() {
        Regression task = new Regression(Regression.Loss.MSE, 1, Optional.empty());
        assertThatThrownBy(() -> train(net(List.of(Block.of(new Linear(1)).named("head0"), Block.of(new Linear(1)).named("head1")), "head0", "head1"), task, quantities(),
                "epochs: 1")).hasMessage("Quantities come out of a layer that nothing else takes, but there is more behind head0/outputs. "
                        + "Maybe a linear block of its own for them?");
        assertThatThrownBy(() -> train(heads(1, 2), task, quantities(), "epochs: 1")).hasMessageStartingWith("the outputs head0, head1 give 3 numbers");
        assertThatThrownBy(() -> train(heads(2, 2), new Classification(List.of(), Classification.Metric.ACCURACY, Optional.empty()), classes(), "epochs: 1"))
                .hasMessageStartingWith("it needs the class of each image, so it is about one of the outputs head0, head1");
    }
}
