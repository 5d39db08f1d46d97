package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a target's file consists of is what its documentation says it takes, or the explanation says what is not. */
class TargetTest {

    private static final Supernet NET = RandomModels.supernet(true, true, new ConvBlock(8, 3, 2, 1, Nonlinearity.RELU),
            new ResidualStage(8, 2, 2, 2, 3, 1), (x, b) -> b.globalAveragePool(x), new Classifier(3));
    private static final String UNSIGNED = "uint8 codes of signals, as qdq-int8, int4 and packed have them";
    private static final Set<String> CORE_ML = Set.of("Add", "Argmax", "AveragePool", "Cast", "Clip", "Concat", "Conv", "ConvTranspose", "DepthToSpace", "Div", "Erf",
            "Exp", "Flatten", "Gelu", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "LayerNormalization", "LeakyRelu", "MatMul", "Max", "MaxPool", "Mul", "Pow", "PRelu",
            "Reciprocal", "Relu", "Reshape", "Resize", "Round", "Shape", "Sigmoid", "Slice", "Softmax", "Split", "Sqrt", "Squeeze", "Sub", "Tanh", "Transpose", "Unsqueeze");

    private static ModelProto file(Target target, String selection) {
        Model model = RandomModels.extract(NET, selection, 3);
        Format format = target.format(model.graph());
        return new OnnxExporter(format).export(format.coded() ? model : new Model(GraphPasses.clipped(model.graph()), model.parameters()), FloatOperatorsTest.NOWHERE).proto();
    }

    private static List<String> refused(Target target, String selection) {
        Graph graph = NET.compile(NET.axes().complete(SubmodelSpec.parse(selection)));
        return Explanation.of(target, graph, target.format(graph)).refused();
    }

    private static Set<String> operators(ModelProto file) {
        Set<String> operators = new TreeSet<>();
        file.getGraph().getNodeList().forEach(node -> operators.add(node.getOpType()));
        return operators;
    }

    /** The types of the zero points of signals: of all that is not stored in the file, nor made of that by a function. */
    private static Set<DataType> signals(ModelProto file) {
        Map<String, TensorProto> stored = new HashMap<>();
        file.getGraph().getInitializerList().forEach(tensor -> stored.put(tensor.getName(), tensor));
        Set<DataType> types = new TreeSet<>();
        for (NodeProto node : file.getGraph().getNodeList()) {
            if (!node.getDomain().isEmpty()) {
                node.getOutputList().forEach(output -> stored.put(output, TensorProto.getDefaultInstance()));
            }
            if (node.getOpType().equals("QuantizeLinear") || node.getOpType().equals("DequantizeLinear") && !stored.containsKey(node.getInput(0))) {
                types.add(DataType.forNumber(stored.get(node.getInput(2)).getDataType()));
            }
        }
        return types;
    }

    @ParameterizedTest
    @CsvSource({"ONNXRUNTIME, UINT8", "OPENVINO, UINT8", "NNAPI, UINT8", "QNN, UINT8", "XNNPACK, UINT8", "STEDGEAI, INT8"})
    void signalsHaveTheTypeThatTheTargetTakes(Target target, DataType type) {
        ModelProto file = file(target, "");
        assertThat(signals(file)).containsExactly(type);
        assertThat(file.getOpsetImport(0).getVersion()).isLessThanOrEqualTo(20);
    }

    @Test
    void stEdgeAiGetsNoFunctionsOrIsTold() {
        boolean functions = refused(Target.STEDGEAI, "").stream().anyMatch(what -> what.startsWith("functions of a file"));
        assertThat(file(Target.STEDGEAI, "").getFunctionsCount()).isEqualTo(functions ? 1 : 0);
        for (Target target : List.of(Target.STEDGEAI, Target.OPENVINO)) {
            Graph graph = NET.compile(NET.axes().full());
            assertThat(Explanation.of(target, graph, target.format(graph), OptionalInt.of(13)).refused()).noneMatch(what -> what.startsWith("functions of a file"));
        }
        assertThat(refused(Target.OPENVINO, "").stream().anyMatch(what -> what.startsWith("functions of a file"))).isEqualTo(functions);
        assertThat(refused(Target.STEDGEAI, "")).doesNotContain(UNSIGNED);
        assertThat(Explanation.of(Target.STEDGEAI, NET.compile(NET.axes().full()), Format.QDQ_INT8).refused()).contains(UNSIGNED);
        assertThat(operators(file(Target.STEDGEAI, "activations.bits=4"))).contains("Clip");
        assertThat(refused(Target.STEDGEAI, "activations.bits=4")).anyMatch(told -> told.startsWith("Clip of codes"));
    }

    @Test
    void coreMlGetsNothingThatItDoesNotTake() {
        Set<String> outside = operators(file(Target.COREML, ""));
        assertThat(outside).contains("Conv", "Clip");
        outside.removeAll(CORE_ML);
        assertThat(outside).isEmpty();
        assertThat(refused(Target.COREML, "")).isEmpty();
        assertThat(Explanation.of(Target.COREML, NET.compile(NET.axes().full()), Format.QDQ_INT8).refused())
                .containsExactly("codes, as qdq-int8, qdq-s8, int4 and packed have them");
    }

    @Test
    void xnnpackIsToldOfSums() {
        assertThat(operators(file(Target.XNNPACK, ""))).contains("Add");
        assertThat(refused(Target.XNNPACK, "")).singleElement().asString().startsWith("sums and products of signals; onnxruntime's own kernels do that part: block2/unit1");
    }
}
