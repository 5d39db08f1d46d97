package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.QuantizedTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The weights of a file, read with nothing but the protobuf classes, are the engine's, bit for bit. */
class StoredCodesTest {

    private static final Supernet NET = RandomModels.supernet(true, true, new ConvBlock(6, 3, 2, 1, Nonlinearity.RELU),
            new ResidualStage(8, 1, 2, 2, 3, 1), new DenseBlock(10, Nonlinearity.RELU), new Classifier(3));

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 6, 8})
    void weightsAreThoseOfTheEngine(int bits) throws Exception {
        String selection = "weights.bits=" + bits + ",block1.channels=3";
        Model folded = RandomModels.extract(NET, selection, bits);
        Model unfolded = RandomModels.recalibrated(NET, selection, bits);
        for (Model model : new Model[] {folded, unfolded}) {
            for (Format format : Format.fitting(model.graph())) {
                Model written = format.coded() ? model : new Model(GraphPasses.clipped(model.graph()), model.parameters());
                byte[] file = new OnnxExporter(format).named(Names.LONG).export(written, FloatOperatorsTest.NOWHERE).bytes();
                Map<String, TensorProto> stored = ModelProto.parseFrom(file).getGraph().getInitializerList().stream()
                        .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));
                int compared = 0;
                for (Node node : model.graph().nodes()) {
                    if (node.operator() instanceof Convolution convolution) {
                        check(format, stored, model, convolution.weight());
                        compared++;
                    } else if (node.operator() instanceof Dense dense) {
                        check(format, stored, model, dense.weight());
                        compared++;
                    }
                }
                assertThat(compared).isEqualTo(7);
            }
        }
    }

    private static void check(Format format, Map<String, TensorProto> stored, Model model, Weight weight) {
        QuantizedTensor tensor = model.parameters().quantized(weight);
        String name = weight.slice().parameter();
        float[] values = model.parameters().value(weight).data();
        int row = values.length / tensor.steps().length;
        FloatBuffer steps = format.coded() ? floats(stored.get(name + "/steps")) : null;
        for (int i = 0; i < values.length; i++) {
            int integer = switch (format) {
                case FLOAT32, QONNX -> floats(stored.get(name)).get(i) == values[i] ? tensor.integers()[i] : Integer.MIN_VALUE;
                case FLOAT16 -> little(stored.get(name)).asShortBuffer().get(i) == Half.bits(values[i]) ? tensor.integers()[i] : Integer.MIN_VALUE;
                case QDQ_INT8, QDQ_S8 -> int8(stored, name, i);
                case INT4 -> tensor.bits() > 4 ? int8(stored, name, i) : int4(stored, name, i);
                // whichever takes the least
                case PACKED -> stored.containsKey(name + "/planes") ? packed(stored.get(name + "/planes"), i)
                        : stored.containsKey(name + "/codes4") ? int4(stored, name, i) : int8(stored, name, i);
            };
            assertThat(integer).as("%s of %s in %s", i, name, format).isEqualTo(tensor.integers()[i]);
            if (steps != null) {
                assertThat(integer * steps.get(i / row)).isEqualTo(values[i]);
            }
        }
    }

    private static int int8(Map<String, TensorProto> stored, String name, int i) {
        TensorProto codes = stored.get(name + "/codes");
        assertThat(codes.getDataType()).isEqualTo(DataType.INT8_VALUE);
        return codes.getRawData().byteAt(i);
    }

    private static int int4(Map<String, TensorProto> stored, String name, int i) {
        TensorProto codes = stored.get(name + "/codes4");
        assertThat(codes.getDataType()).isEqualTo(DataType.INT4_VALUE);
        return 2 * (codes.getRawData().byteAt(i / 2) << (i % 2 == 0 ? 28 : 24) >> 28) + 1;
    }

    private static int packed(TensorProto planes, int i) {
        int bits = (int) planes.getDims(0);
        int code = 0;
        for (int plane = 0; plane < bits; plane++) {
            int octet = planes.getRawData().byteAt(plane * (int) planes.getDims(1) + i / 8);
            code = 2 * code + (octet >> 7 - i % 8 & 1);
        }
        return 2 * code - (1 << bits) + 1;
    }

    private static FloatBuffer floats(TensorProto tensor) {
        return little(tensor).asFloatBuffer();
    }

    private static ByteBuffer little(TensorProto tensor) {
        return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
