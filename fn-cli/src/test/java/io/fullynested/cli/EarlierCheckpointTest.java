package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that were written while a default was another one. */
class EarlierCheckpointTest {

    @TempDir
    private Path folder;

    @Test
    void signalsAreClippedWhereTheyWere() throws IOException {
        TinyProject project = TinyProject.trained(folder, 1);
        Checkpoint now = Checkpoint.read(project.path("trained/checkpoint.safetensors"));
        String clipped = now.metadata().get("spec").replace("activations: {bits: 8, min: 4}", "activations: {bits: 8, min: 4}\n    activation-clip: 3");
        assertThat(exported(project, now, Map.of("format", "fully-nested checkpoint 1"))).isEqualTo(exported(project, now, Map.of("spec", clipped)))
                .isNotEqualTo(exported(project, now, Map.of()));
    }

    private static GraphProto exported(TinyProject project, Checkpoint checkpoint, Map<String, String> changes) throws IOException {
        Map<String, String> metadata = new TreeMap<>(checkpoint.metadata());
        metadata.putAll(changes);
        new Checkpoint(metadata, checkpoint.tensors()).write(project.path("trained/other.safetensors"));
        var exported = project.fn("export", "@trained/other.safetensors", "--no-verify", "--overwrite", "--out", "@other.onnx");
        assertThat(exported.code()).as(exported.err()).isZero();
        return OnnxFile.read(project.path("other.onnx")).proto().getGraph();
    }
}
