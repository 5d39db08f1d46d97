package io.fullynested.examples;

import static io.fullynested.examples.Sample.EXAMPLES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fullynested.CExport;
import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.c.CSource;
import io.fullynested.c.CompiledC;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.Parity;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C form of submodels of the quickstart answers 1,000 images as onnxruntime answers them of the ONNX file of the same submodel. */
class MicrocontrollerTest {

    private static final int IMAGES = 1000;
    private static final List<String> COMPILER = Stream.of(List.of("gcc", "-O1"), CompiledC.STRICT, CompiledC.SANITIZED).flatMap(List::stream).toList();

    @TempDir
    private static Path folder;

    /** Few images to train on, all to try it on. */
    @BeforeAll
    static void writeData() throws IOException {
        assumeThat(CompiledC.compiler()).as("a C compiler").contains("gcc");
        Sample.write(folder);
        Path data = folder.resolve("data/fashion-mnist");
        for (String name : List.of("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")) {
            Files.delete(data.resolve(name));
            Files.copy(EXAMPLES.resolve("data/fashion-mnist/" + name + ".gz"), data.resolve(name + ".gz"));
        }
    }

    @Test
    void answersAsOnnxruntimeDoes() throws IOException {
        Path yaml = Files.writeString(folder.resolve("quickstart.yaml"), Files.readString(EXAMPLES.resolve("quickstart.yaml"))
                .replaceFirst("epochs: \\d+", "epochs: 3\n  batch-size: 16\n  recalibration-images: 64"));
        try (FullyNested fn = FullyNested.open(yaml, Settings.standard().withThreads(1)); TrainedSupernet net = fn.train(TrainingListener.NONE)) {
            Tensor images = LabelledImages.first(net.trials(), IMAGES).joined();
            for (int seed = 1; seed <= 3; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                SubmodelSpec selection = net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
                CSource source = CExport.of(net, selection, folder.resolve("net.c"), false).source();
                try (OnnxSession session = OnnxSession.open(net.unverified(selection, new OnnxExporter(Format.QDQ_INT8)).bytes(), true, 1);
                        CompiledC compiled = CompiledC.of(source, net.graph(selection).inputs(), COMPILER)) {
                    Parity parity = Parity.of(session.run(images), compiled.run(images));
                    assertThat(parity.agreement()).as("%s: %s", selection, parity).isGreaterThanOrEqualTo(0.998);
                    assertThat(parity.medianAbsDiff()).as("%s: %s", selection, parity).isLessThan(1e-5);
                }
            }
        }
    }
}
