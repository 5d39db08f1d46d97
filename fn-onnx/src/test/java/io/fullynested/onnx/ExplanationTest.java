package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {

    private static final Set<String> INTEGER = Set.of("QLinearConv", "QGemm", "QLinearAdd", "QLinearMul", "QLinearGlobalAveragePool", "QLinearAveragePool",
            "QLinearSigmoid", "QuantizeLinear", "DequantizeLinear", "MaxPool", "Flatten", "Clip", "Concat", "Reshape", "Transpose", "Slice", "Unsqueeze");

    @TempDir
    private Path folder;

    private static Supernet net(boolean weights, boolean signals, Nonlinearity function) {
        return RandomModels.supernet(weights, signals, new ConvBlock(8, 3, 2, 1, function), new ResidualStage(8, 1, 2, 2, 3, 1),
                (x, b) -> b.globalAveragePool(x), new DenseBlock(6, Nonlinearity.RELU), new Classifier(3));
    }

    /** What is said to be in floats is what onnxruntime leaves in floats. */
    @ParameterizedTest
    @CsvSource({"RELU,true,true", "HARD_SWISH,true,true", "RELU,true,false"})
    void onnxruntimeComputesTheRestInIntegers(Nonlinearity function, boolean weights, boolean signals) throws Exception {
        Supernet net = net(weights, signals, function);
        Explanation explained = Explanation.of(Target.ONNXRUNTIME, net.compile(net.axes().full()), Format.QDQ_INT8);
        Model model = RandomModels.extract(net, "", 3);
        Map<String, Long> operators = OptimizedGraph.operators(new OnnxExporter(Format.QDQ_INT8).export(model, FloatOperatorsTest.NOWHERE).bytes(), folder);
        Map<String, Long> floats = new TreeMap<>(operators);
        floats.keySet().removeAll(INTEGER);
        // the normalisation is a subtraction and a division, hard-swish a hard-sigmoid and a product; a ReLU may be one with what it follows
        long found = floats.entrySet().stream().filter(entry -> !Set.of("Sub", "Mul", "Relu").contains(entry.getKey())).mapToLong(Map.Entry::getValue).sum();
        long told = explained.floats().keySet().stream().filter(name -> !name.contains("relu")).count();
        assertThat(told).as("%s beside %s", explained.floats(), operators).isEqualTo(found);
        assertThat(explained.floats()).containsEntry("input/normalize", "what goes in is not rounded");
    }

    @Test
    void reasonsAndRefusalsAreThoseOfTheTarget() {
        var graph = net(true, true, Nonlinearity.RELU).compile(net(true, true, Nonlinearity.RELU).axes().full().with("activations.bits", 4));
        assertThat(Explanation.of(Target.TENSORRT, graph, Format.FLOAT16)).isEqualTo(new Explanation(Format.FLOAT16,
                "TensorRT's int8 codes have no zero point, so unsigned signals of 8 bits do not fit into them", Map.of(), List.of()));
        assertThat(Explanation.of(Target.TENSORRT, graph, Format.PACKED).refused()).containsExactly("uint8 codes of signals, as qdq-int8, int4 and packed have them");
        assertThat(Explanation.of(Target.NNAPI, graph, Format.QDQ_INT8).refused()).singleElement().asString()
                .startsWith("Clip or BitShift of codes, which signals of fewer than 8 bits need; the processor does that part: ").contains("block1/relu/quantize");
        assertThat(Explanation.of(Target.SIZE, graph, Format.FLOAT32).because()).isEqualTo("it was asked for");
        var floats = net(false, false, Nonlinearity.RELU).compile(net(false, false, Nonlinearity.RELU).axes().full());
        assertThat(Explanation.of(Target.NNAPI, floats, Format.FLOAT32).because()).isEqualTo("nothing is quantised");
    }
}
