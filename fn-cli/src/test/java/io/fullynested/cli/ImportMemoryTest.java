package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports a network in a process of its own whose Java heap holds its numbers a few times only. */
class ImportMemoryTest {

    private static final int[] WIDTHS = {64, 4000, 4000, 10};
    private static final int MEBIBYTES = 4 * 4000 * 4000 >> 20;
    /** What Java takes for all else in this test. */
    private static final int REST = 60;

    @TempDir
    private Path folder;

    /**
     * As they are read and as they are ranked; later as they are ranked, and those of the teacher. What is made of them is the same where there is room for
     * more, and where malloc divides it otherwise.
     */
    @Test
    void itsNumbersAreInMemoryTwiceAtMost() throws IOException, InterruptedException {
        Path model = folder.resolve("wide.onnx");
        AtomicFile.write(model, out -> wide().writeTo(out));
        Path images = folder.resolve("rows.npy");
        rows(images);
        Map<String, Tensor> narrow = imported(model, images, "narrow", List.of("-Xmn16m", "-Xmx" + (2 * MEBIBYTES + REST) + "m"), 1 << 16);
        assertThat(imported(model, images, "roomy", List.of("-Xmx1g"), 1 << 28)).isEqualTo(narrow);
    }

    /** The masters of an import in a process of its own. */
    private Map<String, Tensor> imported(Path model, Path images, String out, List<String> java, int mmapped) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
        command.addAll(java);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "import", model.toString(), "--data", images.toString(), "--threads",
                "1", "--out", folder.resolve(out).toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "" + mmapped);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("source   validation agreement 100.00 %");
        return Checkpoint.read(folder.resolve(out).resolve("checkpoint.safetensors")).tensors();
    }

    private static ModelProto wide() {
        Random random = new Random(1);
        GraphProto.Builder graph = GraphProto.newBuilder().setName("wide").addInput(rows("x", WIDTHS[0])).addOutput(rows("y", WIDTHS[WIDTHS.length - 1]));
        String signal = "x";
        for (int layer = 1; layer < WIDTHS.length; layer++) {
            boolean last = layer == WIDTHS.length - 1;
            ByteBuffer numbers = ByteBuffer.allocate(4 * WIDTHS[layer] * WIDTHS[layer - 1]).order(ByteOrder.LITTLE_ENDIAN);
            while (numbers.hasRemaining()) {
                numbers.putFloat((float) (random.nextGaussian() / Math.sqrt(WIDTHS[layer - 1])));
            }
            graph.addInitializer(TensorProto.newBuilder().setName("w" + layer).setDataType(DataType.FLOAT.getNumber()).addDims(WIDTHS[layer - 1]).addDims(WIDTHS[layer])
                    .setRawData(ByteString.copyFrom(numbers.flip())));
            graph.addNodeBuilder().setName("dense" + layer).setOpType("MatMul").addInput(signal).addInput("w" + layer).addOutput(last ? "y" : "h" + layer);
            if (!last) {
                graph.addNodeBuilder().setName("relu" + layer).setOpType("Relu").addInput("h" + layer).addOutput("r" + layer);
            }
            signal = "r" + layer;
        }
        ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8).setGraph(graph);
        model.addOpsetImportBuilder().setVersion(17);
        return model.build();
    }

    private static ValueInfoProto rows(String name, int width) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        var type = value.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT.getNumber());
        type.getShapeBuilder().addDimBuilder().setDimParam("n");
        type.getShapeBuilder().addDimBuilder().setDimValue(width);
        return value.build();
    }

    private static void rows(Path file) throws IOException {
        String head = "{'descr': '<f4', 'fortran_order': False, 'shape': (200, " + WIDTHS[0] + "), }";
        head += " ".repeat(63 - (head.length() + 10) % 64) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(10 + head.length() + 4 * 200 * WIDTHS[0]).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) head.length()).put(head.getBytes(StandardCharsets.ISO_8859_1));
        Random random = new Random(2);
        while (bytes.hasRemaining()) {
            bytes.putFloat(random.nextFloat());
        }
        Files.write(file, bytes.array());
    }
}
