package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Shape;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OnnxStructureTest {

    private static void broken(Consumer<GraphProto.Builder> damage, String... problems) {
        SmallGraph small = new SmallGraph(Shape.flat(8));
        int x = small.quantize(4, true, 1, 0);
        small.node("dense", new Dense(small.weight("weight", 4, 3, 8), java.util.Optional.empty()), Shape.flat(3), x);
        ModelProto.Builder model = new OnnxExporter(Format.QDQ_INT8).named(Names.LONG).export(small.model(), FloatOperatorsTest.NOWHERE).proto().toBuilder();
        OnnxStructure.check(model.build());
        damage.accept(model.getGraphBuilder());
        var thrown = assertThatThrownBy(() -> OnnxStructure.check(model.build())).isInstanceOf(IllegalStateException.class);
        for (String problem : problems) {
            thrown.hasMessageContaining(problem);
        }
    }

    @Test
    void findsDisorder() {
        broken(graph -> {
            var first = graph.getNode(0);
            graph.setNode(0, graph.getNode(1)).setNode(1, first);
        }, "input/quantize/saturate takes input/quantize/unsaturated, which was not computed before");
    }

    @Test
    void findsNamesGivenTwice() {
        broken(graph -> graph.getNodeBuilder(1).setName("input/quantize"), "two nodes are named input/quantize");
        broken(graph -> graph.getInitializerBuilder(0).setName("input"), "two values are named 'input'");
        broken(graph -> graph.addValueInfo(graph.getValueInfo(0)), "two shapes are given for input/quantize/unsaturated");
    }

    @Test
    void findsWrongTypesAndSizes() {
        broken(graph -> graph.getNodeBuilder(0).setInput(0, graph.getInitializer(1).getName()), "QuantizeLinear input/quantize cannot take [UINT8");
        broken(graph -> graph.getValueInfoBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE),
                "input/quantize/unsaturated is UINT8, not FLOAT");
        broken(graph -> graph.getInitializerBuilder(0).setRawData(ByteString.EMPTY), "holds 0 bytes, not 4");
    }

    @Test
    void findsWhatNobodyUses() {
        broken(graph -> graph.addInitializer(Protos.uint8(1).toBuilder().setName("spare")), "nobody uses spare");
    }
}
