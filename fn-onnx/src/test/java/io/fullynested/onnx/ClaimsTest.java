package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {

    private static OnnxFile file() {
        SmallGraph small = new SmallGraph(Shape.flat(8));
        small.node("dense", new Dense(small.weight("weight", 4, 3, 8), Optional.empty()), Shape.flat(3), small.quantize(8, true, 1, 0));
        return new OnnxExporter(Format.QDQ_INT8).named(Names.LONG).export(small.model(), FloatOperatorsTest.NOWHERE);
    }

    private static List<String> broken(Consumer<ModelProto.Builder> change) {
        ModelProto.Builder model = file().proto().toBuilder();
        change.accept(model);
        return Claims.broken(new OnnxFile(model.build(), List.of()));
    }

    @Test
    void whatWasExportedHolds() {
        assertThat(Claims.broken(file())).isEmpty();
        Claims claims = Claims.of(file().proto());
        assertThat(claims.number(Claims.BYTES)).hasValue(file().bytes().length);
        assertThat(claims.format()).contains(Format.QDQ_INT8);
    }

    /** However little a file says of its origin, as one without a measured score, it is as large as one that says all: never larger, and by two bytes smaller at most. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 60, 110, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 140, 200, 300})
    void whatIsNotSaidIsFilledUp(int longer) {
        SmallGraph small = new SmallGraph(Shape.flat(8));
        small.node("dense", new Dense(small.weight("weight", 4, 3, 8), Optional.empty()), Shape.flat(3), small.quantize(8, true, 1, 0));
        Provenance all = new Provenance("1", "net", new SubmodelSpec(Map.of()), Map.of(), Map.of("x".repeat(longer), .5), List.of());
        Provenance less = new Provenance("1", "net", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());
        OnnxExporter exporter = new OnnxExporter(Format.QDQ_INT8);
        int most = exporter.export(small.model(), all, Optional.of(all)).bytes().length;
        OnnxFile file = exporter.export(small.model(), less, Optional.of(all));
        assertThat(file.bytes().length).isBetween(most - 2, most);
        assertThat(Claims.broken(file)).isEmpty();
    }

    @Test
    void oneMoreClaimIsOneOfTheFile() {
        OnnxFile more = file().claiming(Claims.LATENCY, "2.5");
        assertThat(Claims.broken(more)).isEmpty();
        assertThat(Claims.of(more.proto()).number(Claims.LATENCY)).hasValue(2.5);
    }

    @Test
    void anAlteredConstantIsSeen() {
        assertThat(broken(model -> {
            var weight = model.getGraphBuilder().getInitializerBuilderList().stream().filter(tensor -> tensor.getName().equals("weight/codes"))
                    .findFirst().orElseThrow();
            byte[] codes = weight.getRawData().toByteArray();
            codes[5] ^= 2;
            weight.setRawData(ByteString.copyFrom(codes));
        })).singleElement().asString().startsWith("its weights are not those that were exported");
    }

    @Test
    void whatWasAddedOrLeftOutIsSeen() {
        assertThat(broken(model -> model.setDocString("Another text"))).singleElement().asString().startsWith("fullynested.bytes is claimed to be ");
        assertThat(broken(ModelProto.Builder::clearMetadataProps)).hasSize(4).allMatch(problem -> problem.startsWith("its metadata lack fullynested."));
        assertThat(broken(model -> model.getOpsetImportBuilder(0).setVersion(12))).singleElement().asString().contains("opset 12 is too old");
        assertThat(broken(model -> model.getGraphBuilder().getNodeBuilder(0).clearInput())).isNotEmpty();
    }
}
