package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.engine.UnavailableDeviceException;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What lies on another device stays there. LibTorch's device {@code meta} is there without a GPU: its tensors have shapes and no numbers, and no operation
 * takes some of it and some of the processor's. It has no convolutions, batch norms and ReLUs, so the network is of
 * dense layers with sigmoids, and batch norms only scale.
 */
class TorchDeviceTest {

    private static final TorchDevice META = new TorchDevice("meta");
    private static final int[] LABELS = {0, 1, 2, 3};
    private static final Mixed MIXED = new Mixed(new float[] {1, 1, 1, 1}, new float[] {.9f, .8f, .7f, .6f});

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    private static Supernet dense() {
        NetworkSpec spec = Bars.net(false).spec();
        NetworkSpec.Block first = new NetworkSpec.Block("dense", new DenseBlock(16, Nonlinearity.SIGMOID), true, Optional.empty());
        return new Supernet(spec.with(List.of(first, spec.blocks().get(3)), spec.nesting(), spec.quantization()));
    }

    private static Map<String, Tensor> initial(Supernet net) {
        return Initializer.initial(net.masters(), InputMoments.of(net.spec(), new Bars(64, Bars.PLACE), Ranks.ALONE), 3, true);
    }

    @Test
    void theProcessorCopiesNothing() {
        try (PointerScope scope = new PointerScope()) {
            assertThat(scope).isNotNull();
            org.bytedeco.pytorch.Tensor made = LibTorch.tensor(new float[] {1, 2}, 2);
            assertThat(TorchDevice.CPU.bring(made)).isSameAs(made);
            assertThat(TorchDevice.beside(made, made)).isSameAs(made);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStepStaysOnItsDevice(TrainingOptions.Algorithm algorithm) {
        Supernet net = dense();
        try (PointerScope scope = new PointerScope(); TrainingState state = new TrainingState(META);
                Masters masters = new Masters(state, net.masters(), initial(net));
                Gradients gradients = new Gradients(masters, state.vector("gradient", TrainingState.Role.GRADIENT, masters.values().numel()))) {
            assertThat(scope).isNotNull();
            UpdateRule rule = UpdateRule.of(new TrainingOptions.Optimizer(algorithm, .1, 0, .9, 1e-4, 0), state, masters.values().numel());
            TrainedOperands operands = new TrainedOperands(masters, new ClipTracker(masters, 2), net.spec().quantization().quantizer(), TrainedOperands.Clips.KEEP, true);
            org.bytedeco.pytorch.Tensor logits = new ForwardPass(net.compile(net.axes().smallest()), operands,
                    (norm, x, values, free) -> x.mul(values.values(norm.gamma())).add(values.values(norm.beta()), new Scalar(1)))
                    .run(META.inputs(new float[4 * 64], 0, 4, net.spec().parts()));
            Distillation teaching = new Distillation(Distillation.From.IN_PLACE, .5, 2, 0, Optional.empty());
            org.bytedeco.pytorch.Tensor loss = teaching.loss(logits, LABELS, .1, new float[0], Optional.of(MIXED), Optional.of(new float[16]));
            loss.add(teaching.loss(logits, LABELS, 0, new float[0], Optional.empty(), Optional.empty())).backward();
            operands.addTo(gradients);
            try (NoGradGuard moving = new NoGradGuard()) {
                assertThat(moving).isNotNull();
                rule.update(masters, gradients.vector(), .1);
            }
            assertThat(List.of(logits, loss, gradients.vector(), masters.values(), Usage.mask(net, masters, net.axes().full(), List.of(net.axes().smallest()))))
                    .allMatch(org.bytedeco.pytorch.Tensor::is_meta);
        }
    }

    /** Or the test above would not see what is forgotten. */
    @Test
    void tensorsOfTwoDevicesAreRefused() {
        try (PointerScope scope = new PointerScope()) {
            assertThat(scope).isNotNull();
            assertThatThrownBy(() -> META.zeros(2).add(LibTorch.tensor(new float[2], 2))).hasMessageContaining("found at least two devices, meta and cpu");
        }
    }

    @Test
    void trainingsOnWhatIsNotThereAreRefused() {
        ComputeDevice none = new ComputeDevice(ComputeDevice.Kind.CUDA, 99);
        assertThatThrownBy(() -> new TrainingSession(Bars.net(true), new Bars(64, Bars.PLACE), Scorer.classification(new Bars(64, Bars.PLACE)), TrainingOptions.epochs(1),
                Trainer.Start.SCRATCH, 3, Ranks.ALONE, none, 1)).isInstanceOf(UnavailableDeviceException.class).hasMessageStartingWith("LibTorch cannot compute on cuda:99: ");
    }

    @Test
    void aGpuComputesWhatTheProcessorDoes() {
        ComputeDevice first = TorchDevice.present().get(0);
        assumeTrue(first.kind() == ComputeDevice.Kind.CUDA, "no GPU here, so nothing of one is tested");
        Supernet net = Bars.net(true);
        DataParallelTest.End cpu = train(net, ComputeDevice.CPU);
        DataParallelTest.End gpu = train(net, first);
        assertThat(gpu.losses().stream().mapToDouble(loss -> loss).toArray()).containsExactly(cpu.losses().stream().mapToDouble(loss -> loss).toArray(), within(.05));
        Model model = new Model(net.compile(net.axes().full()), new Parameters(cpu.masters(), net.spec().quantization().quantizer()));
        Tensor images = LabelledImages.first(new Bars(512, Bars.PLACE), 512).joined();
        try (TorchEngine engine = new TorchEngine(1); Executable here = engine.bind(model, ComputeDevice.CPU); Executable there = engine.bind(model, first)) {
            Map<String, Tensor> statistics = there.recalibrate(images);
            here.recalibrate(images).forEach((name, expected) -> assertThat(statistics.get(name).data()).as(name).containsExactly(expected.data(), within(1e-2f)));
        }
    }

    private static DataParallelTest.End train(Supernet net, ComputeDevice device) {
        return DataParallelTest.train(net, "{epochs: 8, batch-size: 64}", Ranks.ALONE, device);
    }
}
