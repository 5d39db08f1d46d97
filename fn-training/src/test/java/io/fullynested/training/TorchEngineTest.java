package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Window;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.UnavailableDeviceException;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.tools.Logger;
import org.bytedeco.javacpp.tools.Slf4jLogger;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class TorchEngineTest {

    /** Quantised weights and signals, batch norms of 6 and 8 channels, which take different kernels. */
    private static TinyNet net() {
        TinyNet net = TinyNet.behindConvolution(6);
        net.add(net.batchNorm("norm", 6), Shape.image(6, 5, 5)).add(new Activate(Activation.RELU), Shape.image(6, 5, 5));
        net.add(new FakeQuantize(8, false, net.clip("clip", 3)), Shape.image(6, 5, 5));
        net.add(new Convolution(net.weight("w", 4, new int[] {8, 6, 3, 3}, IndexRanges.prefix(8), IndexRanges.prefix(6),
                IndexRanges.prefix(3), IndexRanges.prefix(3)), Optional.empty(), Window.of(3), 1), Shape.image(8, 5, 5));
        net.add(net.batchNorm("norm2", 8), Shape.image(8, 5, 5));
        return net.add(new GlobalAveragePool(), Shape.flat(8));
    }

    @Test
    void statisticsAndOutputsAreThoseOfTheInterpreter() {
        Model model = net().model();
        Tensor images = net().images(20);
        try (TorchEngine engine = new TorchEngine(2); EjmlInterpreter interpreter = new EjmlInterpreter()) {
            Map<String, Tensor> statistics = engine.recalibrate(model, images);
            Map<String, Tensor> expected = interpreter.recalibrate(model, images);
            assertThat(statistics.keySet()).isEqualTo(expected.keySet()).hasSize(4);
            expected.forEach((name, tensor) -> assertThat(statistics.get(name).data()).as(name).containsExactly(tensor.data(), within(1e-3f)));
            Model calibrated = model.with(expected);
            assertThat(engine.run(calibrated, images).data()).containsExactly(interpreter.run(calibrated, images).data(), within(2e-3f));
            // in one pass what recalibration and then a run give in two
            Tensor twoPasses = engine.run(model.with(statistics), images);
            assertThat(engine.runAsInTraining(model, images).shape()).containsExactly(20, 8);
            assertThat(engine.runAsInTraining(model, images).data()).containsExactly(twoPasses.data(), within(1e-4f));
            assertThat(interpreter.runAsInTraining(model, images).data()).containsExactly(twoPasses.data(), within(2e-3f));
        }
    }

    @Test
    void whatIsTakenTwiceIsNotWrittenOver() {
        // the slice looks into the memory of what the activation takes last
        TinyNet net = TinyNet.behindConvolution(4);
        net.add(new Slice(1, 3), Shape.image(2, 5, 5)).add(new Activate(Activation.RELU), Shape.image(4, 5, 5), 1);
        net.add(new Concat(), Shape.image(6, 5, 5), 2, 3);
        // sums into what nobody else takes, and into what is
        net.add(new Activate(Activation.RELU), Shape.image(6, 5, 5)).add(new Add(), Shape.image(6, 5, 5), 4, 5);
        net.add(new Add(), Shape.image(6, 5, 5), 6, 6);
        Tensor images = net.images(3);
        try (TorchEngine engine = new TorchEngine(1); EjmlInterpreter interpreter = new EjmlInterpreter()) {
            assertThat(engine.run(net.model(), images).data()).containsExactly(interpreter.run(net.model(), images).data(), within(1e-4f));
        }
    }

    @Test
    void whatIsBoundIsRunAgainAndAgainAndSideBySide() {
        TinyNet net = net();
        Tensor images = net.images(300);
        try (TorchEngine engine = new TorchEngine(1)) {
            Model model = net.model().with(engine.recalibrate(net.model(), images));
            float[] expected = engine.run(model, images).data();
            try (Executable one = engine.bind(model, ComputeDevice.CPU); Executable two = engine.bind(model, ComputeDevice.CPU)) {
                Stream.of(one, two).parallel().forEach(executable -> {
                    for (int i = 0; i < 3; i++) {
                        assertThat(executable.run(images).data()).isEqualTo(expected);
                    }
                });
            }
        }
    }

    @Test
    void chunksDoNotShow() {
        TinyNet net = net();
        Tensor images = net.images(600);
        try (TorchEngine engine = new TorchEngine(2)) {
            Model model = net.model().with(engine.recalibrate(net.model(), images));
            Tensor all = engine.run(model, images);
            assertThat(all.shape()).containsExactly(600, 8);
            float[] image = new float[50];
            for (int i : new int[] {0, 127, 128, 255, 256, 599}) {
                System.arraycopy(images.data(), i * 50, image, 0, 50);
                float[] alone = engine.run(model, new Tensor(new int[] {1, 2, 5, 5}, image)).data();
                for (int c = 0; c < 8; c++) {
                    assertThat(all.data()[i * 8 + c]).isCloseTo(alone[c], within(1e-5f));
                }
            }
        }
    }

    @Test
    void memoryStaysFlat() {
        TinyNet net = net();
        Tensor images = net.images(2000);
        try (TorchEngine engine = new TorchEngine(1)) {
            for (int i = 0; i < 5; i++) {
                engine.run(net.model().with(engine.recalibrate(net.model(), images)), images);
            }
            long before = Pointer.physicalBytes();
            for (int i = 0; i < 40; i++) {
                engine.run(net.model().with(engine.recalibrate(net.model(), images)), images);
            }
            // one result of the first convolution, of 2000·6·25 floats, would be 1.2 MB a time
            assertThat(Pointer.physicalBytes() - before).isLessThan(25L << 20);
        }
    }

    @Test
    void aNodeThatCannotBeComputedIsNamed() {
        TinyNet net = TinyNet.behindConvolution(4).add(new Add(), Shape.image(4, 5, 5), 0, 1);
        try (TorchEngine engine = new TorchEngine(1)) {
            assertThatThrownBy(() -> engine.run(net.model(), net.images(2))).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Node node2 (Add");
        }
    }

    @Test
    void missingStatisticsAreNamed() {
        try (TorchEngine engine = new TorchEngine(1)) {
            assertThatThrownBy(() -> engine.run(net().model(), net().images(2))).hasMessageContaining("recalibrate the batch norms first");
            assertThatThrownBy(() -> engine.recalibrate(net().model(), net().images(1))).hasMessageContaining("at least 2 images");
        }
    }

    @Test
    void unknownDevicesAreRefused() {
        try (TorchEngine engine = new TorchEngine(1); EjmlInterpreter interpreter = new EjmlInterpreter()) {
            ComputeDevice second = ComputeDevice.parse("cuda:99");
            String why = torch.cuda_is_available() ? "there (is one GPU|are \\d+ GPUs)\\. There is cuda:0, .*cpu"
                    : "(it is here without code for GPUs, which the Maven profile cuda brings \\(docs/install.md\\)|it finds no GPU, or not .*)\\. There is cpu";
            assertThatThrownBy(() -> engine.bind(net().model(), second)).isInstanceOf(UnavailableDeviceException.class)
                    .hasMessageMatching("LibTorch cannot compute on cuda:99: " + why);
            assertThatThrownBy(() -> interpreter.bind(net().model(), second)).isInstanceOf(UnavailableDeviceException.class)
                    .hasMessage("The reference interpreter cannot compute on cuda:99: it is plain Java. There is cpu");
        }
        assertThatThrownBy(() -> new TorchEngine(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not 0");
    }

    /** The rest of it would tell of each tensor. */
    @Test
    void onlyTheLoaderOfNativesLogs() throws ReflectiveOperationException {
        LibTorch.load(1);
        for (Class<?> type : List.of(Loader.class, Pointer.class, PointerScope.class)) {
            Field logger = type.getDeclaredField("logger");
            logger.setAccessible(true);
            assertThat(logger.get(null)).as(type.getName()).isExactlyInstanceOf(type == Loader.class ? Slf4jLogger.class : Logger.class);
        }
        assertThat(System.getProperty("org.bytedeco.javacpp.logger")).isNull();
    }
}
