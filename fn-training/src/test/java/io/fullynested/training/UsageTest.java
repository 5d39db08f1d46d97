package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.block.Extent;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UsageTest {

    private static final Supernet NET = Bars.net(false);
    private static final Bars IMAGES = new Bars(64, Bars.PLACE);
    private static final Map<String, Tensor> INITIAL = Initializer.initial(NET.masters(), InputMoments.of(NET.spec(), IMAGES, Ranks.ALONE), 3, true);

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    @Test
    void aGradientIsScaledByTheShareOfSubmodelsThatHaveIt() {
        SubmodelSampler sampler = new SubmodelSampler(NET.axes(), Recipes.of("{submodels-per-step: 2}"), 7);
        try (TrainingState state = new TrainingState(TorchDevice.CPU); Masters masters = new Masters(state, NET.masters(), INITIAL);
                org.bytedeco.pytorch.Tensor scale = Usage.scale(NET, masters, sampler, 2, .5)) {
            Map<String, Tensor> factors = masters.copy(scale);
            // channels 4..7 of the stem in half of all draws, the second unit too, so its wider half of paths in a fourth
            assertThat(factors.get("stem/conv/weight").data()[0]).isEqualTo(1);
            assertThat((double) factors.get("stem/conv/weight").data()[7 * 9]).isCloseTo(Math.sqrt(2), within(.15));
            assertThat((double) factors.get("stage/unit2/open/weight").data()[0]).isCloseTo(Math.sqrt(2), within(.15));
            assertThat((double) factors.get("stage/unit2/open-norm/gamma").data()[3]).isCloseTo(2, within(.3));
            assertThat((double) factors.get("dense/dense/weight").data()[15 * 128 + 127]).isCloseTo(2, within(.3));
        }
    }

    private static Map<String, Tensor> step(TrainingOptions options, SubmodelSpec submodel, Consumer<Replica> way) {
        return steps(3, options, submodel, way);
    }

    private static Map<String, Tensor> steps(int count, TrainingOptions options, SubmodelSpec submodel, Consumer<Replica> way) {
        Batch batch = new BatchReader(IMAGES, 32, 1, options.augmentation(), new Randomness(3), Ranks.ALONE).read(0);
        try (Replica step = new Replica(NET, options, Scorer.classification(IMAGES), Units.NONE, INITIAL, Optional.empty(), Loss.Span.UNKNOWN, Double.NaN, TorchDevice.CPU, 1)) {
            way.accept(step);
            for (int i = 0; i < count; i++) {
                step.gradients(i, 10, batch, List.of(submodel));
                step.update(.1, List.of(submodel));
            }
            return step.masters();
        }
    }

    @Test
    void whatStaysIsNotTouchedNotEvenByDecay() {
        TrainingOptions options = Recipes.of("{submodels-per-step: 1, optimizer: {weight-decay: 0.01}}");
        SubmodelSpec smallest = NET.axes().smallest();
        Map<String, Tensor> whole = step(options, NET.axes().full(), step -> step.only(NET.axes().full(), List.of(smallest), true));
        float[] before = INITIAL.get("stem/conv/weight").data();
        assertThat(Arrays.copyOf(whole.get("stem/conv/weight").data(), 36)).isEqualTo(Arrays.copyOf(before, 36));
        for (int i = 36; i < 72; i++) {
            assertThat(whole.get("stem/conv/weight").data()[i]).isNotEqualTo(before[i]);
        }
        assertThat(whole.get("classifier/logits/bias").data()).isEqualTo(INITIAL.get("classifier/logits/bias").data());
        Map<String, Tensor> own = step(options, smallest, step -> step.only(smallest, List.of(), true));
        assertThat(own.get("stem/conv/weight").data()[0]).isNotEqualTo(before[0]);
        assertThat(Arrays.copyOfRange(own.get("stem/conv/weight").data(), 36, 72)).isEqualTo(Arrays.copyOfRange(before, 36, 72));
    }

    @Test
    void batchNormsAndBiasesLearnAsTheyWouldWithTheWeightsAndTheWeightsStay() {
        TrainingOptions options = Recipes.of("{submodels-per-step: 1, optimizer: {weight-decay: 0.01}}");
        SubmodelSpec smallest = NET.axes().smallest();
        Map<String, Tensor> norms = steps(1, options, smallest, step -> step.only(smallest, List.of(), false));
        Map<String, Tensor> all = steps(1, options, smallest, step -> step.only(smallest, List.of(), true));
        for (MasterParameter master : NET.masters()) {
            float[] expected = (master.role() == MasterParameter.Role.WEIGHT ? INITIAL : all).get(master.name()).data();
            assertThat(norms.get(master.name()).data()).as(master.name()).isEqualTo(expected);
        }
        Map<String, Tensor> further = step(options, smallest, step -> step.only(smallest, List.of(), false));
        assertThat(further.get("stem/conv/weight").data()).isEqualTo(INITIAL.get("stem/conv/weight").data());
        float[] before = INITIAL.get("stem/norm/beta").data();
        assertThat(further.get("stem/norm/beta").data()[3]).isNotEqualTo(before[3]);
        assertThat(further.get("stem/norm/beta").data()[4]).as("not used").isEqualTo(before[4]);
        assertThat(further.get("classifier/logits/bias").data()).isNotEqualTo(INITIAL.get("classifier/logits/bias").data());
    }

    @Test
    void aSubmodelOfWeightsAloneCannotLearnWithoutThem() {
        NetworkSpec.Block weights = new NetworkSpec.Block("head", (x, b) -> b.dense("logits", b.flatten(x), Extent.fixed(4), false),
                true, Optional.empty());
        Supernet net = new Supernet(NET.spec().with(List.of(weights), NET.spec().nesting(), NET.spec().quantization()));
        Trainer.Start start = new Trainer.Start(Optional.empty(), Optional.empty(), Optional.of(new Trainer.Only(net.axes().full(), false)));
        assertThatThrownBy(() -> Trainer.train(net, IMAGES, Scorer.classification(IMAGES), Recipes.of("{epochs: 1}"), start, 1, 1, Optional.empty(), TrainingListener.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("the submodel has neither batch norms nor biases that could learn. Maybe its weights?");
    }

    @Test
    void scalingChangesWhatIsRarelyDrawnTheMost() {
        String rest = ", submodels-per-step: 1, optimizer: {weight-decay: 0, gradient-clip: 0, momentum: 0}}";
        Map<String, Tensor> plain = scaled(Recipes.of("{gradient-scaling: 0" + rest));
        Map<String, Tensor> scaled = scaled(Recipes.of("{gradient-scaling: 1" + rest));
        assertThat(moved(scaled, 7) / moved(plain, 7)).isGreaterThan(1.4 * moved(scaled, 0) / moved(plain, 0));
    }

    private static Map<String, Tensor> scaled(TrainingOptions options) {
        return step(options, NET.axes().full(), step -> step.scale(new SubmodelSampler(NET.axes(), options, 7)));
    }

    private static double moved(Map<String, Tensor> after, int bias) {
        return Math.abs(after.get("stem/norm/beta").data()[bias]);
    }
}
