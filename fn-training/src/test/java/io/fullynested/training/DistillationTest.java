package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DistillationTest {

    private static final Supernet NET = Bars.net(false);
    private static final float[] LOGITS = {1, -2, 0.5f, 0, 3, 1};
    private static final float[] TEACHER = {2, 0, -1, 0.5f, 0.5f, 4};
    private static final int[] LABELS = {2, 0};

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    private static double[] softmax(float[] logits, int row, double temperature) {
        double[] shares = new double[3];
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            shares[c] = Math.exp(logits[row * 3 + c] / temperature);
            sum += shares[c];
        }
        for (int c = 0; c < 3; c++) {
            shares[c] /= sum;
        }
        return shares;
    }

    private static double soft(double temperature) {
        double loss = 0;
        for (int row = 0; row < 2; row++) {
            for (int c = 0; c < 3; c++) {
                loss -= softmax(TEACHER, row, temperature)[c] * Math.log(softmax(LOGITS, row, temperature)[c]) / 2;
            }
        }
        return loss;
    }

    private static double hard() {
        return -(Math.log(softmax(LOGITS, 0, 1)[2]) + Math.log(softmax(LOGITS, 1, 1)[0])) / 2;
    }

    /** Of mixed images the mean by their labels, weighted by the shares (Zhang et al., ICLR 2018). */
    @Test
    @SuppressWarnings("try")
    void ofMixedImagesBothLabelsCount() {
        try (PointerScope scope = new PointerScope()) {
            Mixed mixed = new Mixed(new float[] {1, 2}, new float[] {0.75f, 1});
            float loss = Distillation.NONE.loss(LibTorch.tensor(LOGITS, 2, 3), LABELS, 0, new float[0], Optional.of(mixed), Optional.empty()).item_float();
            double first = -0.75 * Math.log(softmax(LOGITS, 0, 1)[2]) - 0.25 * Math.log(softmax(LOGITS, 0, 1)[1]);
            assertThat(loss).isCloseTo((float) ((first - Math.log(softmax(LOGITS, 1, 1)[0])) / 2), within(1e-5f));
        }
    }

    @Test
    @SuppressWarnings("try") // the scope works by being open
    void theLossIsTheFormulaAndItsGradientOfTheOrderOfTheLabels() {
        try (PointerScope scope = new PointerScope()) {
            org.bytedeco.pytorch.Tensor logits = LibTorch.tensor(LOGITS, 2, 3).set_requires_grad(true);
            assertThat(loss(1, 1, logits, true).item_float()).isCloseTo((float) soft(1), within(1e-5f));
            assertThat(loss(1, 4, logits, true).item_float()).isCloseTo((float) (16 * soft(4)), within(1e-4f));
            assertThat(loss(.3, 2, logits, true).item_float()).isCloseTo((float) (.3 * 4 * soft(2) + .7 * hard()), within(1e-5f));
            assertThat(loss(.3, 2, logits, false).item_float()).isCloseTo((float) hard(), within(1e-5f));
            loss(1, 2, logits, true).backward();
            float[] gradient = LibTorch.floats(logits.grad());
            for (int i = 0; i < 6; i++) {
                double expected = 2 * (softmax(LOGITS, i / 3, 2)[i % 3] - softmax(TEACHER, i / 3, 2)[i % 3]) / 2;
                assertThat(gradient[i]).isCloseTo((float) expected, within(1e-5f));
            }
        }
    }

    private static org.bytedeco.pytorch.Tensor loss(double weight, double temperature, org.bytedeco.pytorch.Tensor logits, boolean taught) {
        return new Distillation(Distillation.From.IN_PLACE, weight, temperature, 0, Optional.empty())
                .loss(logits, LABELS, 0, new float[0], Optional.empty(), taught ? Optional.of(TEACHER) : Optional.empty());
    }

    @Test
    @SuppressWarnings("try") // the scope works by being open
    void inPlaceTheFullNetworkLearnsFromTheLabelsAndTeachesTheOthers() {
        Bars images = new Bars(64, Bars.PLACE);
        TrainingOptions options = Recipes.of("{recipe: us-net, submodels-per-step: 2, batch-size: 32, distillation: {temperature: 2, start: 0.5}}");
        Map<String, Tensor> initial = Initializer.initial(NET.masters(), InputMoments.of(NET.spec(), images, Ranks.ALONE), 3, true);
        Batch batch = new BatchReader(images, 32, options.batchesPerStep(), options.augmentation(), new Randomness(3), Ranks.ALONE).read(0);
        List<SubmodelSpec> submodels = List.of(NET.axes().full(), NET.axes().smallest());
        try (Replica step = new Replica(NET, options, Scorer.classification(images), Units.NONE, initial, Optional.empty(), Loss.Span.UNKNOWN, Double.NaN, TorchDevice.CPU, 2);
                PointerScope scope = new PointerScope()) {
            float[] full = logits(submodels.get(0), initial, batch);
            float[] smallest = logits(submodels.get(1), initial, batch);
            double labels = loss(smallest, batch, Optional.empty());
            double taught = loss(smallest, batch, Optional.of(full));
            double own = loss(full, batch, Optional.empty());
            assertThat(taught).isNotCloseTo(labels, within(.1));
            assertThat(step.gradients(4, 10, batch, submodels).loss()).isCloseTo((own + labels) / 2, within(1e-5));
            assertThat(step.gradients(5, 10, batch, submodels).loss()).isCloseTo((own + taught) / 2, within(1e-5));
        }
    }

    /** Three widths: the full network learns from the labels, the second from the first, the third from the second. */
    @Test
    @SuppressWarnings("try") // the scope works by being open
    void recursivelyEachIsTaughtByTheNextLargerOne() {
        Bars images = new Bars(64, Bars.PLACE);
        TrainingOptions options = Recipes.of("{draws: switches, same-images: true, submodels-per-step: 3, batch-size: 32, "
                + "distillation: {from: recursive, temperature: 2, start: 0.5}}");
        Map<String, Tensor> initial = Initializer.initial(NET.masters(), InputMoments.of(NET.spec(), images, Ranks.ALONE), 3, true);
        Batch batch = new BatchReader(images, 32, options.batchesPerStep(), options.augmentation(), new Randomness(3), Ranks.ALONE).read(0);
        SubmodelSpec full = NET.axes().full();
        List<SubmodelSpec> submodels = List.of(full, full.with("stem.channels", NET.axes().axis("stem.channels").smallest()), NET.axes().smallest());
        try (Replica step = new Replica(NET, options, Scorer.classification(images), Units.NONE, initial, Optional.empty(), Loss.Span.UNKNOWN, Double.NaN, TorchDevice.CPU, 2);
                PointerScope scope = new PointerScope()) {
            List<float[]> logits = submodels.stream().map(submodel -> logits(submodel, initial, batch)).toList();
            double taught = loss(logits.get(0), batch, Optional.empty()) + loss(logits.get(1), batch, Optional.of(logits.get(0)))
                    + loss(logits.get(2), batch, Optional.of(logits.get(1)));
            double byLabels = logits.stream().mapToDouble(one -> loss(one, batch, Optional.empty())).sum();
            double byTheFull = taught - loss(logits.get(2), batch, Optional.of(logits.get(1))) + loss(logits.get(2), batch, Optional.of(logits.get(0)));
            assertThat(taught).isNotCloseTo(byLabels, within(.1)).isNotCloseTo(byTheFull, within(.01));
            assertThat(step.gradients(4, 10, batch, submodels).loss()).isCloseTo(byLabels / 3, within(1e-5));
            assertThat(step.gradients(5, 10, batch, submodels).loss()).isCloseTo(taught / 3, within(1e-5));
        }
    }

    private static double loss(float[] logits, Batch batch, Optional<float[]> teacher) {
        return new Distillation(Distillation.From.IN_PLACE, 1, 2, 0, Optional.empty())
                .loss(LibTorch.tensor(logits, 32, 4), IntStream.range(0, 32).map(i -> (int) batch.targets()[i]).toArray(), 0, new float[0], Optional.empty(), teacher).item_float();
    }

    private static float[] logits(SubmodelSpec submodel, Map<String, Tensor> masters, Batch batch) {
        FixedOperands operands = new FixedOperands(NET.compile(submodel), new Parameters(masters, NET.spec().quantization().quantizer()), TorchDevice.CPU);
        return LibTorch.floats(new ForwardPass(NET.compile(submodel), operands, Normalization.batch())
                .run(List.of(LibTorch.images(batch.pixels(), 0, 32, 1, 8, 8))));
    }

    @Test
    void aTeacherIsBelievedMoreThanTheLabels() {
        TrainingOptions plain = Recipes.of("{epochs: 8, batch-size: 32, optimizer: {learning-rate: 0.1}}");
        Map<String, Tensor> teacher = Trainer.train(NET, new Bars(512, Bars.PLACE), plain, 3, 2, TrainingListener.NONE);
        TrainingOptions taught = Recipes.of("{epochs: 8, batch-size: 32, optimizer: {learning-rate: 0.1}, "
                + "distillation: {from: teacher, teacher: a-file}}");
        Map<String, Tensor> masters = Trainer.train(NET, new Bars(512, index -> 0), Scorer.classification(new Bars(512, index -> 0)),
                taught, taughtBy(NET, teacher), 4, 2, Optional.empty(),
                TrainingListener.NONE);
        assertThat(Bars.accuracy(NET, NET.axes().full(), masters)).isGreaterThan(.9);
        assertThat(Bars.accuracy(NET, NET.axes().smallest(), masters)).isGreaterThan(.8);
    }

    private static Trainer.Start taughtBy(Supernet net, Map<String, Tensor> masters) {
        return new Trainer.Start(Optional.empty(), Optional.of(new Model(net.compile(net.axes().full()),
                new Parameters(masters, net.spec().quantization().quantizer()))), Optional.empty());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        TinyNet other = TinyNet.behindConvolution(5);
        Trainer.Start start = new Trainer.Start(Optional.empty(), Optional.of(other.model()), Optional.empty());
        TrainingOptions taught = Recipes.of("{distillation: {from: teacher, teacher: a-file}}");
        assertThatThrownBy(() -> Trainer.train(NET, new Bars(64, Bars.PLACE),
                Scorer.classification(new Bars(64, Bars.PLACE)), taught, start, 3, 1, Optional.empty(), TrainingListener.NONE))
                .hasMessage("the teacher takes 2×5×5 and gives 5×5×5, but the network takes 1×8×8 and gives 4");
        assertThatThrownBy(() -> Recipes.of("{distillation: {from: in-place}}")).hasMessage("training:1: distillation from in-place needs the full "
                + "network in each step, and the others on the same images; found draws plain, same-images false. Maybe draws: sandwich and "
                + "same-images: true?");
        assertThatThrownBy(() -> Recipes.of("{recipe: us-net, distillation: {from: recursive}}")).hasMessage("training:1: distillation from recursive needs "
                + "submodels from the full network down in each step, on the same images; found draws sandwich, same-images true. Maybe draws: switches "
                + "and same-images: true?");
        assertThatThrownBy(() -> Recipes.of("{distillation: {from: teacher}}")).hasMessage("training:1: distillation: from: teacher needs a "
                + "checkpoint, teacher: FILE");
        assertThatThrownBy(() -> Recipes.of("{distillation: {teacher: a.safetensors}}")).hasMessage("training:1: distillation: there is a teacher, "
                + "a.safetensors, but it is not used. Maybe from: teacher?");
    }
}
