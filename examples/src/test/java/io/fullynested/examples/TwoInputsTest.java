package io.fullynested.examples;

import static io.fullynested.examples.CommandLine.fn;
import static io.fullynested.examples.Sample.EXAMPLES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A picture and a row of numbers, from the YAML to a file that is verified. */
class TwoInputsTest {

    @TempDir
    private Path folder;

    @Test
    void bothAreLearntFromSearchedExportedAndVerified() throws IOException {
        Path yaml = EXAMPLES.resolve("two-inputs.yaml");
        fn("run", yaml, "--out", folder, "--threads", 1);
        JsonNode summary = new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
        // the picture alone, or the readings alone, tell two pairs of classes apart: 0.5
        assertThat(summary.at("/supernet/accuracy/test").asDouble()).isGreaterThan(0.75);
        Path small = folder.resolve("models/small.onnx");
        ModelProto file = ModelProto.parseFrom(Files.readAllBytes(small));
        assertThat(file.getGraph().getInputList()).extracting(ValueInfoProto::getName).containsExactly("picture", "readings");
        assertThat(file.getGraph().getInput(0).getType().getTensorType().getElemType()).isEqualTo(DataType.UINT8_VALUE);
        assertThat(file.getGraph().getOutput(0).getName()).isEqualTo("state");
        fn("verify", small, "--data", yaml, "--checkpoint", folder.resolve("checkpoint.safetensors"), "--threads", 1);
        fn("export", folder.resolve("checkpoint.safetensors"), "--format", "float32", "--out", folder.resolve("float.onnx"), "--threads", 1);
    }
}
