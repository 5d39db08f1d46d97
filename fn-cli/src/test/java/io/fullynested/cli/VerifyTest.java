package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.fullynested.onnx.Claims;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifyTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void export() throws IOException {
        project = TinyProject.in(folder);
        assertThat(project.fn("train", "@tiny.yaml", "--out", "@trained").code()).isZero();
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--random", "1", "--out", "@good.onnx").code()).isZero();
    }

    private static String tampered(Consumer<ModelProto.Builder> change, String... more) throws IOException {
        ModelProto.Builder model = OnnxFile.read(project.path("good.onnx")).proto().toBuilder();
        change.accept(model);
        new OnnxFile(model.build(), List.of()).write(project.path("tampered.onnx"));
        return verified(1, more);
    }

    private static String verified(int code, String... more) {
        String[] words = {"verify", "@tampered.onnx", "--data", "@tiny.yaml"};
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        var outcome = project.fn(all);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).as(outcome.out()).isEqualTo(code);
        return outcome.out();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "fullynested.accuracy.test|0.25|fullynested.accuracy.test is claimed to be 0.25, found ",
            "fullynested.accuracy.test|NaN|fullynested.accuracy.test is claimed to be NaN, found ",
            "fullynested.accuracy.test|good|fullynested.accuracy.test is claimed to be good, found ",
            "fullynested.cost.macs|1|fullynested.cost.macs is claimed to be 1, found ",
            "fullynested.cost.params|1|fullynested.cost.params is claimed to be 1, found ",
            "fullynested.format|INT3|fullynested.format is claimed to be INT3"})
    void aChangedClaimIsBroken(String key, String value, String message) throws IOException {
        assertThat(tampered(model -> {
            for (int i = 0; i < model.getMetadataPropsCount(); i++) {
                if (model.getMetadataProps(i).getKey().equals(key)) {
                    model.getMetadataPropsBuilder(i).setValue(value);
                }
            }
        })).contains("    BROKEN  " + message);
    }

    @Test
    void aFileWithoutClaimsIsBroken() throws IOException {
        assertThat(tampered(ModelProto.Builder::clearMetadataProps))
                .contains("BROKEN  its metadata lack fullynested.format. Maybe it is no file of './fn export', or was cut short?",
                        "lack fullynested.selection", "lack fullynested.weights", "lack fullynested.bytes");
    }

    private static void weights(ModelProto.Builder model, Consumer<byte[]> change) {
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            if (tensor.getDataType() == TensorProto.DataType.INT8_VALUE && tensor.getDimsCount() == 2) {
                byte[] codes = tensor.getRawData().toByteArray();
                change.accept(codes);
                tensor.setRawData(ByteString.copyFrom(codes));
            }
        }
    }

    private static void mirror(byte[] codes) {
        for (int i = 0; i < codes.length; i += 2) {
            codes[i] = (byte) -codes[i];
        }
    }

    @Test
    void oneAlteredWeightIsSeen() throws IOException {
        assertThat(tampered(model -> weights(model, codes -> codes[0] ^= 2))).contains("BROKEN  its weights are not those that were exported")
                .contains("tampered.onnx            qdq-int8 ").containsPattern("ms of 1 +ms of 32").containsPattern("tampered.onnx .* BROKEN");
    }

    @Test
    void aFolderGivesATable() throws IOException {
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--select", "weights.bits=4,stage1.layers=1", "--format", "all",
                "--out", "@all").code()).isZero();
        List<String> files = project.content("all").stream().filter(name -> name.endsWith(".onnx")).toList();
        assertThat(files).containsExactly("float16.onnx", "float32.onnx", "int4.onnx", "packed.onnx", "qdq-int8.onnx", "qdq-s8.onnx");
        var verified = project.fn("verify", "@all", "--data", "@tiny.yaml", "--checkpoint", "@trained/checkpoint.safetensors");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        for (String file : files) {
            assertThat(verified.out()).containsPattern("(?m)^" + file + " +" + file.replace(".onnx", "") + " +[0-9,]+ .* holds$");
        }
        var refused = project.fn("verify", "@data", "--data", "@tiny.yaml");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("data: there is no .onnx file in this folder");
    }

    @Test
    void aLatencyIsClaimedWhereItIsMetAndHeldAgainstTheFile() throws IOException {
        var slow = project.fn("export", "@trained/checkpoint.safetensors", "--max-latency", "1e-6", "--no-verify", "--out", "@slow.onnx");
        assertThat(slow.code()).isEqualTo(1);
        assertThat(slow.err()).matches("one image takes \\d+\\.\\d+ ms on one thread, above --max-latency 0\\.000001. Maybe a smaller selection\\?\\R");
        assertThat(project.path("slow.onnx")).doesNotExist();
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--max-latency", "1000", "--no-verify", "--out", "@fast.onnx").code()).isZero();
        assertThat(project.fn("verify", "@fast.onnx", "--data", "@tiny.yaml").code()).isZero();
        OnnxFile fast = OnnxFile.read(project.path("fast.onnx"));
        assertThat(Claims.of(fast.proto()).text(Claims.LATENCY)).hasValue("1000.0");
        assertThat(Claims.of(fast.proto()).text(Claims.score("accuracy", "test"))).isEmpty();
        new OnnxFile(fast.proto(), List.of()).claiming(Claims.LATENCY, "0").write(project.path("tampered.onnx"));
        assertThat(verified(1)).contains("BROKEN  fullynested.latency.ms is claimed to be 0, found ");
    }

    @Test
    void alteredWeightsShowInTheAccuracyOrAgainstTheCheckpoint() throws IOException {
        assertThat(tampered(model -> weights(model, codes -> Arrays.fill(codes, (byte) 1)))).contains("BROKEN  fullynested.accuracy.test is claimed");
        assertThat(tampered(model -> weights(model, VerifyTest::mirror), "--checkpoint", "@trained/checkpoint.safetensors"))
                .contains("BROKEN  it does not compute what the checkpoint does");
    }

    @Test
    void anotherSelectionIsBrokenAgainstTheCheckpoint() throws IOException {
        assertThat(tampered(model -> {
            for (int i = 0; i < model.getMetadataPropsCount(); i++) {
                if (model.getMetadataProps(i).getKey().equals("fullynested.selection")) {
                    model.getMetadataPropsBuilder(i).setValue("stage1.layers=7");
                }
            }
        }, "--checkpoint", "@trained/checkpoint.safetensors")).contains("BROKEN  Axis 'stage1.layers' cannot keep 7; legal are [1, 2]");
    }

    @Test
    void aFileThatCannotBeReadDoesNotHideTheOthers() throws IOException {
        byte[] good = Files.readAllBytes(project.path("good.onnx"));
        Files.write(project.path("tampered.onnx"), Arrays.copyOf(good, good.length / 2));
        assertThat(verified(1, "@good.onnx")).contains("tampered.onnx: cannot be verified", "not an ONNX file, or cut short",
                "good.onnx: test accuracy ");
        Files.write(project.path("tampered.onnx"), new byte[0]);
        assertThat(verified(1)).contains("tampered.onnx: it holds no ONNX network");
        Files.delete(project.path("tampered.onnx"));
        assertThat(verified(1, "--out", "@verified.txt")).isEmpty();
        assertThat(Files.readString(project.path("verified.txt"))).contains("tampered.onnx: there is no such file");
        Files.write(project.path("tampered.onnx"), good);
        assertThat(verified(0)).doesNotContain("BROKEN");
    }
}
