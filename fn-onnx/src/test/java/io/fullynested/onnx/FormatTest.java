package io.fullynested.onnx;

import static io.fullynested.onnx.FloatOperatorsTest.NOWHERE;
import static io.fullynested.onnx.Format.FLOAT16;
import static io.fullynested.onnx.Format.FLOAT32;
import static io.fullynested.onnx.Format.INT4;
import static io.fullynested.onnx.Format.PACKED;
import static io.fullynested.onnx.Format.QDQ_INT8;
import static io.fullynested.onnx.Format.QDQ_S8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Model;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {

    private static Model model(int weightBits, int signalBits) {
        return model(8, weightBits, signalBits);
    }

    private static Model model(int features, int weightBits, int signalBits) {
        SmallGraph small = new SmallGraph(Shape.flat(features));
        int x = signalBits == Weight.FLOAT ? 0 : small.quantize(signalBits, true, 1, 0);
        small.node("dense", new Dense(small.weight("weight", weightBits, 3, features), Optional.of(small.uniform("bias", -1, 1, 3))), Shape.flat(3), x);
        return small.model();
    }

    private static Graph graph(int weightBits, int signalBits) {
        return model(weightBits, signalBits).graph();
    }

    @Test
    void aFormatFitsWhatIsQuantised() {
        assertThat(Format.fitting(graph(32, 32))).containsExactly(FLOAT32, FLOAT16);
        assertThat(Format.fitting(graph(32, 8))).containsExactly(FLOAT32, FLOAT16, QDQ_INT8, QDQ_S8);
        assertThat(Format.fitting(graph(8, 8))).containsExactly(FLOAT32, FLOAT16, QDQ_INT8, PACKED, QDQ_S8);
        assertThat(Format.fitting(graph(4, 32))).containsExactly(FLOAT32, FLOAT16, QDQ_INT8, INT4, PACKED, QDQ_S8);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new OnnxExporter(QDQ_INT8).export(model(32, 32), NOWHERE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("qdq-int8: nothing is quantised. Maybe float32?");
        assertThatThrownBy(() -> new OnnxExporter(INT4).export(model(6, 8), NOWHERE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("int4: no weight has 4 bits or fewer. Maybe qdq-int8, or a selection of fewer bits?");
        assertThatThrownBy(() -> new OnnxExporter(PACKED).export(model(32, 8), NOWHERE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("packed: no weight is quantised. Maybe float16?");
    }

    @ParameterizedTest
    @CsvSource({"ONNXRUNTIME,QDQ_INT8,QDQ_INT8,QDQ_INT8", "OPENVINO,QDQ_INT8,QDQ_INT8,QDQ_INT8", "TENSORRT,FLOAT16,FLOAT16,FLOAT16",
        "NNAPI,QDQ_INT8,QDQ_INT8,QDQ_INT8", "QNN,QDQ_INT8,QDQ_INT8,QDQ_INT8", "XNNPACK,QDQ_INT8,QDQ_INT8,QDQ_INT8", "COREML,FLOAT16,FLOAT16,FLOAT16",
        "STEDGEAI,QDQ_S8,QDQ_S8,QDQ_S8"})
    void aTargetChoosesByWhatIsQuantised(Target target, Format eight, Format fewerBitsOfSignals, Format fewerBitsOfWeights) {
        assertThat(target.format(graph(32, 32))).isEqualTo(FLOAT32);
        assertThat(target.format(graph(8, 8))).isEqualTo(eight);
        assertThat(target.format(graph(8, 4))).isEqualTo(fewerBitsOfSignals);
        assertThat(target.format(graph(3, 8))).isEqualTo(fewerBitsOfWeights);
    }

    @ParameterizedTest
    @CsvSource({"8,2,8", "8,4,8", "8,8,8", "8,32,8", "8,32,32", "2000,2,8", "2000,3,8", "2000,4,8", "2000,6,8", "2000,8,8", "2000,8,32", "2000,32,8"})
    void theSmallestFileIsTheSmallest(int features, int weightBits, int signalBits) {
        Model coded = model(features, weightBits, signalBits);
        Model floats = new Model(GraphPasses.clipped(coded.graph()), coded.parameters());
        Map<Format, Integer> bytes = new EnumMap<>(Format.class);
        Format.fitting(coded.graph()).forEach(format -> bytes.put(format, new OnnxExporter(format).export(format.coded() ? coded : floats, NOWHERE)
                .bytes().length));
        Format chosen = Target.SIZE.format(coded.graph());
        assertThat(bytes.get(chosen)).as("%s of %s", chosen, bytes).isEqualTo(Collections.min(bytes.values()));
        if (bytes.containsKey(PACKED)) {
            assertThat(bytes.get(PACKED)).as("%s", bytes).isLessThanOrEqualTo(bytes.get(QDQ_INT8)).isLessThanOrEqualTo(bytes.getOrDefault(INT4, 1 << 30));
        }
    }

    @Test
    void aTargetChoosesWhatFits() {
        for (Target target : Target.values()) {
            for (int bits : new int[] {2, 4, 8, 32}) {
                for (int signals : new int[] {4, 8, 32}) {
                    assertThat(target.format(graph(bits, signals)).misfit(graph(bits, signals))).isEmpty();
                }
            }
        }
    }

    @Test
    void formatsAreFoundByName() {
        assertThat(Arrays.stream(Format.values()).map(Format::id)).containsExactly("float32", "float16", "qdq-int8", "int4", "packed", "qdq-s8", "qonnx");
        assertThat(Format.of("QDQ-int8")).isEqualTo(QDQ_INT8);
        assertThatThrownBy(() -> Format.of("int5")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no format 'int5'. Maybe 'int4'? There are float32, float16, qdq-int8, int4, packed, qdq-s8, qonnx");
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32,13,10,7", "FLOAT16,13,10,7", "QDQ_INT8,13,13,7", "QDQ_S8,13,13,7", "PACKED,15,15,8", "INT4,21,21,10"})
    void theOldestVersionThatWillDoIsTakenUnlessAskedFor(Format format, int taken, int oldest, int ir) {
        // one that is large enough for planes to be smaller than bytes
        Model model = model(2000, 3, format.coded() ? 8 : Weight.FLOAT);
        var file = new OnnxExporter(format).export(model, NOWHERE).proto();
        assertThat(file.getOpsetImport(0).getVersion()).isEqualTo(taken);
        assertThat(file.getIrVersion()).isEqualTo(ir);
        byte[] newest = new OnnxExporter(format, OptionalInt.of(21)).export(model, NOWHERE).bytes();
        OnnxSession.open(newest, false, 1).close();
        for (int wrong : List.of(oldest - 1, 22)) {
            assertThatThrownBy(() -> new OnnxExporter(format, OptionalInt.of(wrong)).export(model, NOWHERE))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("opset " + wrong + ": this network in " + format.id()
                            + " needs opset " + oldest + (oldest < 21 ? "..21" : "") + ". Maybe ");
        }
    }
}
