package io.fullynested.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.search.Candidate;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryUseTest {

    @Test
    void exportsASubmodelWithinItsBudget(@TempDir Path folder) throws Exception {
        String yaml = Files.readString(Path.of("quickstart.yaml"))
                .replace("path: data/fashion-mnist", "path: " + Path.of("data/fashion-mnist").toAbsolutePath() + "\n  train-limit: 1000")
                .replaceFirst("epochs: \\d+", "epochs: 1")
                .replace("strategy: {kind: predictor, finalists: 6}", "strategy: racing-greedy");
        Path spec = Files.writeString(folder.resolve("short.yaml"), yaml);
        Candidate tiny = LibraryUse.export(spec, folder.resolve("tiny.onnx"));
        assertThat(tiny.costs().get("macs")).isLessThanOrEqualTo(200_000);
        assertThat(OnnxCosts.of(OnnxFile.read(folder.resolve("tiny.onnx")).proto()).macs()).isEqualTo(tiny.costs().get("macs").longValue());
    }
}
