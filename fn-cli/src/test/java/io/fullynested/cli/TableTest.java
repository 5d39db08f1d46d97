package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table goes the whole way: from CSV to a quantised ONNX file that takes its columns as they stand. */
class TableTest {

    @TempDir
    private Path folder;

    @Test
    void aTableOfUnequalUnitsIsLearntSearchedAndExported() throws IOException {
        TinyProject project = TinyProject.in(folder);
        Random random = new Random(5);
        StringBuilder rows = new StringBuilder("id,length,weight,kind\n");
        for (int i = 0; i < 400; i++) {
            int kind = random.nextInt(3);
            // about a thousand, and about a ten-thousandth
            rows.append(i).append(',').append(1000 + 30 * kind + 5 * random.nextGaussian()).append(',')
                    .append(1e-4 * ((kind - 1) * (kind - 1) + 0.1 * random.nextGaussian())).append(",kind").append(kind).append('\n');
        }
        project.yaml("table.csv", rows.toString());
        project.yaml("table.yaml", """
                data: {kind: csv, path: table.csv, ignore: [id]}
                network:
                  input: {channels: 2, height: 1, width: 1}
                  blocks: [{kind: dense, neurons: 16}, {kind: classifier, classes: 3}]
                  quantization: {weights: {}, activations: {}}
                training: {epochs: 12, batch-size: 16, optimizer: {learning-rate: 0.1}}
                search: {budgets: [{name: small, macs: 50}]}
                export: {format: qdq-int8}
                """);
        var run = project.fn("run", "@table.yaml", "--out", "@out");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("small +test accuracy (9[5-9]|100)\\.\\d+ %");
        OnnxFile small = OnnxFile.read(project.path("out/models/small.onnx"));
        assertThat(small.proto().getDocString()).contains("Input: rows [N, columns, 1, 1], float32 in the units of the data.");
        assertThat(project.fn("verify", "@out/models/small.onnx", "--data", "@table.yaml").code()).isZero();
    }
}
