package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

class RandomSubmodelsTest {

    private final Supernet net = RandomModels.supernet(true, true, new ConvBlock(6, 3, 2, 1, Nonlinearity.RELU),
            new ResidualStage(8, 2, 2, 2, 3, 1), new DenseBlock(10, Nonlinearity.RELU), new Classifier(4));
    private final Tensor images = RandomModels.images(200, 1);
    private final OnnxVerifier verifier = new OnnxVerifier(1);
    private Path folder;

    @BeforeProperty
    void make() throws IOException {
        folder = Files.createTempDirectory("optimized");
    }

    @AfterProperty
    void delete() throws IOException {
        Files.deleteIfExists(folder.resolve("optimized.onnx"));
        Files.delete(folder);
    }

    @Property(tries = 12, seed = "7", shrinking = ShrinkingMode.OFF)
    void everySubmodelComputesTheSameInOnnxruntime(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        SubmodelSpec selection = net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
        Model model = RandomModels.extract(net, selection.toString(), seed);
        Model floats = new Model(GraphPasses.clipped(model.graph()), model.parameters());
        for (Format format : Format.fitting(model.graph())) {
            Model written = format.coded() ? model : floats;
            OnnxFile file = new OnnxExporter(format).export(written, FloatOperatorsTest.NOWHERE);
            assertThat(file.notes()).isEmpty();
            OnnxCosts told = OnnxCosts.of(new OnnxExporter(Format.QDQ_INT8).named(Names.LONG).export(model, FloatOperatorsTest.NOWHERE).proto());
            assertThat(OnnxCosts.of(file.proto())).isEqualTo(format.coded() ? told : new OnnxCosts(told.macs(), told.macs(), told.params()));
            OnnxVerifier.Verification found = verifier.compare(file.bytes(), images, RandomModels.logits(written, images));
            // the answers of a network that never learned are often near to another, nearer than float16 can tell
            assertThat(format == Format.FLOAT16 ? found.worst().maxAbsDiff() < 2e-2 : format.accepts(found.worst()))
                    .as("%s in %s: %s", selection, format, found).isTrue();
            if (format.coded()) {
                assertThat(OptimizedGraph.operators(file.bytes(), folder)).containsKeys("QLinearConv", "QGemm")
                        .doesNotContainKeys("Conv", "FusedConv", "Gemm", "DequantizeLinear");
            }
        }
    }
}
