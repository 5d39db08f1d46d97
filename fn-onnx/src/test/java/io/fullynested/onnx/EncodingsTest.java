package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each tensor that is to be quantised is in the plain file by the name that the encodings have, with steps and offsets that give its numbers back. */
class EncodingsTest {

    private static final Supernet NET = RandomModels.supernet(true, true, new ConvBlock(8, 3, 2, 1, Nonlinearity.RELU),
            new ResidualStage(8, 2, 2, 2, 3, 1), (x, b) -> b.globalAveragePool(x), new Classifier(3));
    private static final Pattern ENTRY = Pattern.compile("\\{\"name\": \"([^\"]+)\", \"dtype\": \"INT\", \"enc_type\": \"(PER_\\w+)\", \"bw\": (\\d+), "
            + "\"is_sym\": (true|false), \"scale\": \\[([^]]+)], \"offset\": \\[([^]]+)]}");

    @ParameterizedTest
    @CsvSource({"'', 8", "weights.bits=4, 8", "weights.bits=3, 4", "weights.bits=2, 4"})
    void theyAreOfThePlainNetwork(String selection, String bits) {
        Model model = RandomModels.extract(NET, selection, 3);
        Encodings made = Encodings.of(new OnnxExporter(Format.QONNX).export(model, FloatOperatorsTest.NOWHERE));
        ModelProto file = made.plain().proto();
        OnnxStructure.check(file);
        assertThat(file.getFunctionsCount()).isZero();
        assertThat(file.getOpsetImportCount()).isEqualTo(1);
        assertThat(file.getGraph().getNodeList()).extracting(NodeProto::getOpType).doesNotContain("Quant");
        Map<String, MatchResult> entries = ENTRY.matcher(made.encodings()).results().collect(Collectors.toMap(entry -> entry.group(1), entry -> entry));
        assertThat(made.encodings()).startsWith("{\n  \"version\": \"1.0.0\",\n  \"activation_encodings\": [\n    {");
        assertThat(made.encodings().lines().filter(line -> line.contains("\"name\"")).count()).isEqualTo(entries.size());
        Set<String> stored = file.getGraph().getInitializerList().stream().map(tensor -> tensor.getName()).collect(Collectors.toSet());
        Set<String> computed = file.getGraph().getNodeList().stream().map(node -> node.getOutput(0)).collect(Collectors.toSet());
        entries.forEach((name, entry) -> {
            boolean weight = entry.group(2).equals("PER_CHANNEL");
            assertThat(weight ? stored : computed).contains(name);
            assertThat(entry.group(3)).isEqualTo(weight ? bits : "8");
            assertThat(entry.group(5).split(", ")).hasSameSizeAs(entry.group(6).split(", "));
            assertThat(entry.group(6).split(", ")).containsOnly(weight ? String.valueOf(-(1 << Integer.parseInt(bits) - 1)) : entry.group(4).equals("true") ? "-128" : "0");
        });
        file.getGraph().getNodeList().stream().filter(node -> Set.of("Conv", "Gemm").contains(node.getOpType()))
                .forEach(node -> assertThat(entries.keySet()).contains(node.getInput(0), node.getInput(1)));
        Tensor images = RandomModels.images(5, 5);
        try (OnnxSession session = OnnxSession.open(made.plain().bytes(), true, 1)) {
            assertThat(session.run(images).shape()).containsExactly(5, 3);
        }
    }
}
