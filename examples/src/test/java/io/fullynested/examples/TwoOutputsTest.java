package io.fullynested.examples;

import static io.fullynested.examples.CommandLine.fn;
import static io.fullynested.examples.Sample.EXAMPLES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that answer twice, from the YAML to files that are verified. */
class TwoOutputsTest {

    @TempDir
    private Path folder;

    private static JsonNode summary(Path run) throws IOException {
        return new ObjectMapper().readTree(run.resolve("summary.json").toFile());
    }

    private static void assertOutputs(Path file, String... names) throws IOException {
        assertThat(ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getOutputList()).extracting(ValueInfoProto::getName).containsExactly(names);
    }

    /** The picture and the numbers of two-inputs.yaml, with the vector that the classifier sees as an output of its own. */
    private Path embedding() throws IOException {
        String yaml = Files.readString(EXAMPLES.resolve("two-inputs.yaml")).replace("data/machines", EXAMPLES.resolve("data/machines").toAbsolutePath().toString())
                .replace("{kind: dense, neurons: 32}", "{kind: dense, neurons: 32, name: embedding, nesting: {neurons: {keeps: [1]}}}")
                .replace("classes: 4}", "classes: 4, name: state}")
                .replace("  output: state\n", "  outputs: [embedding, state]\n") + "task: {kind: classification, output: state}\n";
        return Files.writeString(folder.resolve("embedding.yaml"), yaml);
    }

    @Test
    void bothAreLearntSearchedExportedAndVerified() throws IOException {
        Path yaml = EXAMPLES.resolve("two-outputs.yaml");
        fn("run", yaml, "--out", folder, "--threads", 1);
        // one and the same answer to all has 0.65
        assertThat(summary(folder).at("/supernet/macro-f1/test").asDouble()).isGreaterThan(.85);
        for (String output : List.of("cross", "hot")) {
            assertThat(summary(folder).at("/supernet/" + output + ".macro-f1/test").asDouble()).as(output).isGreaterThan(.8);
        }
        Path small = folder.resolve("models/small.onnx");
        assertOutputs(small, "cross", "hot");
        Path checkpoint = folder.resolve("checkpoint.safetensors");
        fn("verify", small, "--data", yaml, "--checkpoint", checkpoint, "--threads", 1);
        fn("export", checkpoint, "--random", 7, "--format", "all", "--out", folder.resolve("all"), "--threads", 1);
        fn("verify", folder.resolve("all"), "--data", yaml, "--checkpoint", checkpoint, "--threads", 1);
        fn("bundle", checkpoint, "--out", folder.resolve("family.fnb"), "--threads", 1);
        fn("export", "--from", folder.resolve("family.fnb"), "--member", "front01", "--out", folder.resolve("member.onnx"));
        assertOutputs(folder.resolve("member.onnx"), "cross", "hot");
        fn("verify", folder.resolve("member.onnx"), "--data", yaml, "--checkpoint", checkpoint, "--threads", 1);
        assertThat(fn("inspect", checkpoint, "--select", "")).containsPattern("outputs/joined +Outputs +2\\n");
        assertThat(fn("inspect", small)).contains("Outputs: cross [N, 1]; hot [N, 1], each: logits [N, labels]");
    }

    @Test
    void theOtherOutputIsWhatTheClassStandsOnAndBothAreImitated() throws IOException {
        Path yaml = embedding();
        Path run = folder.resolve("run");
        fn("run", yaml, "--out", run, "--threads", 1);
        assertThat(summary(run).at("/supernet/accuracy/test").asDouble()).isGreaterThan(.75);
        Path small = run.resolve("models/small.onnx");
        assertOutputs(small, "embedding", "state");
        Path checkpoint = run.resolve("checkpoint.safetensors");
        fn("verify", small, "--data", yaml, "--checkpoint", checkpoint, "--threads", 1);
        String imitation = Files.readString(yaml).replace("task: {kind: classification, output: state}", "task: {kind: imitate, checkpoint: run/checkpoint.safetensors}");
        Path pupil = folder.resolve("pupil");
        fn("run", Files.writeString(folder.resolve("imitation.yaml"), imitation), "--out", pupil, "--threads", 1);
        for (String output : List.of("embedding", "state")) {
            assertThat(summary(pupil).at("/supernet/" + output + ".cosine/test").asDouble()).as(output).isGreaterThan(.8);
        }
        fn("verify", pupil.resolve("models/small.onnx"), "--data", folder.resolve("imitation.yaml"), "--checkpoint", pupil.resolve("checkpoint.safetensors"), "--threads", 1);
    }
}
