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
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class RandomSubmodelsTest {

    private final Supernet net = RandomModels.supernet(true, true, new ConvBlock(6, 3, 2, 1, Nonlinearity.RELU),
            new ResidualStage(8, 2, 2, 2, 3, 1), new DenseBlock(10, Nonlinearity.RELU), new Classifier(4));
    private final Tensor images = RandomModels.images(200, 1);
    private final OnnxVerifier verifier = new OnnxVerifier(1);

    @Property(tries = 12, seed = "7", shrinking = ShrinkingMode.OFF)
    void everySubmodelComputesTheSameInOnnxruntime(@ForAll long seed) {
        Random random = new Random(seed);
        SubmodelSpec selection = net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
        Model model = RandomModels.extract(net, selection.toString(), seed);
        OnnxFile file = new OnnxExporter(Format.QDQ_INT8).export(model, FloatOperatorsTest.NOWHERE);
        assertThat(file.notes()).isEmpty();
        OnnxVerifier.Verification coded = verifier.compare(file.bytes(), images, RandomModels.logits(model, images));
        assertThat(Format.QDQ_INT8.accepts(coded.worst())).as("%s: %s", selection, coded).isTrue();

        Model floats = new Model(GraphPasses.withoutActivationQuantizers(model.graph()), model.parameters());
        byte[] bytes = new OnnxExporter(Format.FLOAT32).export(floats, FloatOperatorsTest.NOWHERE).bytes();
        OnnxVerifier.Verification plain = verifier.compare(bytes, images, RandomModels.logits(floats, images));
        assertThat(Format.FLOAT32.accepts(plain.worst())).as("%s: %s", selection, plain).isTrue();
    }
}
