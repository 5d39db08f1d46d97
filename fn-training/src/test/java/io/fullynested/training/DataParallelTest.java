package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several ranks train as one would, each on its share of the images. */
class DataParallelTest {

    private static final Dataset BARS = new Bars(512, Bars.PLACE);
    private static final NetworkSpec SPEC = Bars.net(true).spec();
    /** Small, with batch norms, and with weights and signals of few bits. */
    static final Supernet NET = net(SPEC.blocks().get(0), SPEC.blocks().get(2), SPEC.blocks().get(3));

    private static Supernet net(NetworkSpec.Block... blocks) {
        return new Supernet(SPEC.with(List.of(blocks), SPEC.nesting(), SPEC.quantization()));
    }

    /** What a rank ends with: all that training changes, what it reports, and the losses of the steps, its own and of all. */
    record End(Map<String, Tensor> state, Map<String, Tensor> masters, List<Double> own, List<Double> losses) {
    }

    static End train(Supernet net, String yaml, Ranks ranks) {
        return train(net, yaml, ranks, ComputeDevice.CPU);
    }

    static End train(Supernet net, String yaml, Ranks ranks, ComputeDevice device) {
        List<Double> own = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        try (TrainingSession session = new TrainingSession(net, BARS, Scorer.classification(BARS), Recipes.of(yaml), Trainer.Start.SCRATCH, 3, ranks, device, 1)) {
            for (long step = 0; step < session.steps(); step++) {
                own.add(session.gradients(step, session.draw(step)).loss());
                losses.add(session.reduce().loss());
                session.update(session.learningRate(step));
            }
            return new End(session.state(), session.masters(), own, losses);
        }
    }

    private static void assertEqual(Map<String, Tensor> one, Map<String, Tensor> other) {
        assertThat(one.keySet()).isEqualTo(other.keySet());
        one.forEach((name, tensor) -> assertThat(Arrays.equals(tensor.data(), other.get(name).data())).as(name).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{epochs: 50, batch-size: 64}",
        "{epochs: 50, batch-size: 64, optimizer: {algorithm: adamw, learning-rate: 0.005, gradient-clip: 1}, averaging: 0.99, augmentation: {shift: 1}}",
        "{epochs: 70, batch-size: 66, warm-start: {share: 0.3, rank: norm}}"})
    void twoRanksStayEqualToTheByte(String yaml) {
        List<End> ends = RanksInThreads.run(2, ranks -> train(NET, yaml, ranks));
        End one = ends.get(0);
        End other = ends.get(1);
        assertThat(one.losses()).hasSizeGreaterThanOrEqualTo(200);
        assertThat(one.own()).as("they see other images").doesNotContainAnyElementsOf(other.own());
        assertEqual(one.state(), other.state());
        assertEqual(one.masters(), other.masters());
        assertThat(one.losses()).isEqualTo(other.losses());
        assertThat(one.state().keySet()).contains("values", "steps", "input/mean", "input/deviation")
                .filteredOn(name -> name.endsWith("/clip")).hasSizeGreaterThan(2);
        assertThat(one.losses().get(199)).isLessThan(.5);
    }

    @Test
    void ranksThatDoNotTrainTheSameAreAllRefused() {
        TrainingOptions options = Recipes.of("{epochs: 1, batch-size: 64}");
        List<String> refused = RanksInThreads.run(3, ranks -> {
            boolean other = ranks.rank() == 1;
            try (TrainingSession session = new TrainingSession(NET, new Bars(other ? 500 : 512, Bars.PLACE), options, Trainer.Start.SCRATCH,
                    2 + ranks.rank(), ranks, 1)) {
                return "taken with " + session.steps();
            } catch (IllegalArgumentException e) {
                return e.getMessage();
            }
        });
        assertThat(refused).hasSize(3)
                .containsOnly("the ranks do not have the same seed, training images. Maybe one has another version of a file or of this program, or another --seed?");
    }

    /** Batch norms see half as many images each; nothing else differs. */
    @Test
    void halfTheBatchEachLearnsAsTheWholeOne() {
        String yaml = "{epochs: 15, batch-size: 64}";
        double[] one = train(NET, yaml, Ranks.ALONE).losses().stream().mapToDouble(loss -> loss).toArray();
        double[] two = RanksInThreads.run(2, ranks -> train(NET, yaml, ranks)).get(0).losses().stream().mapToDouble(loss -> loss).toArray();
        assertThat(two).containsExactly(one, within(.05));
        assertThat(one[0]).isGreaterThan(1);
        assertThat(one[59]).isLessThan(.1);
    }

    /** Where nothing looks at several images at once, ranks are the same as one alone, whatever their shares. */
    @Test
    void withoutBatchNormsTheSumsAreTheSame() {
        Supernet linear = net(SPEC.blocks().get(3));
        String yaml = "{epochs: 10, batch-size: 64}";
        Map<String, Tensor> one = train(linear, yaml, Ranks.ALONE).state();
        for (int count : new int[] {2, 3}) {
            Map<String, Tensor> many = RanksInThreads.run(count, ranks -> train(linear, yaml, ranks)).get(0).state();
            // a clip follows the first 16 images of each rank
            one.forEach((name, tensor) -> assertThat(many.get(name).data()).as(name).containsExactly(tensor.data(), within(2e-2f)));
            for (String exact : List.of("input/mean", "input/deviation", "steps")) {
                assertThat(many.get(exact).data()).as(exact).containsExactly(one.get(exact).data(), within(1e-6f));
            }
        }
    }
}
