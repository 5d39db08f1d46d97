package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.tensor.Tensor;
import io.fullynested.tflite.TfliteSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfliteFormTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void train() throws IOException {
        project = TinyProject.trained(folder, 2);
    }

    @Test
    void aFileIsWrittenThatTensorFlowLiteRuns() throws IOException {
        var told = project.fn("export", "@trained/checkpoint.safetensors", "--random", "3", "--target", "tflm", "--out", "@net.tflite");
        assertThat(told.code()).as(told.err()).isZero();
        byte[] file = Files.readAllBytes(project.path("net.tflite"));
        assertThat(told.out()).contains("net.tflite: tflite, %,d bytes, ".formatted(file.length), "test accuracy ", "TensorFlow Lite agrees on ", " of 90 answers");
        assertThat(new String(file, StandardCharsets.ISO_8859_1)).contains("TFL3", "fullynested.selection", "logits", "fullynested.accuracy.test");
    }

    @Test
    void bytesGoInAndIntegersComeOut() throws IOException {
        String[] words = {"export", "@trained/checkpoint.safetensors", "--random", "3", "--format", "tflite-int4", "--io", "uint8", "--no-verify", "--out", "@bytes.tflite"};
        assertThat(project.fn(words).code()).isZero();
        try (TfliteSession session = new TfliteSession(Files.readAllBytes(project.path("bytes.tflite")), false)) {
            assertThat(session.run(Tensor.zeros(2, 1, 10, 10)).shape()).containsExactly(2, 3);
        }
    }

    @Test
    void itSaysWhatIsComputedHow() {
        var told = project.fn("export", "@trained/checkpoint.safetensors", "--target", "tflm", "--io", "uint8", "--explain");
        assertThat(told.code()).as(told.err()).isZero();
        assertThat(told.out()).startsWith("tflite: ").contains("in integers: conv1/conv, weights of 8 bits, gives int8 codes of 8 bits\n", "in floats: nothing\n",
                "refused: nothing\n", "file: ");
    }

    /** For Qualcomm's converters. */
    @Test
    void encodingsLieBesideTheirNetwork() throws IOException {
        var told = project.fn("export", "@trained/checkpoint.safetensors", "--random", "3", "--format", "aimet", "--out", "@enc/net.onnx");
        assertThat(told.code()).as(told.err()).isZero();
        assertThat(told.out()).contains("net.onnx: aimet, %,d bytes, ".formatted(Files.size(project.path("enc/net.onnx"))), "onnxruntime agrees on 100.00 % of 90 answers");
        assertThat(project.content("enc")).containsExactly("net.encodings", "net.onnx");
        assertThat(Files.readString(project.path("enc/net.encodings"))).contains("\"version\": \"1.0.0\"", "\"enc_type\": \"PER_CHANNEL\"");
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--format", "aimet", "--out", "@enc/net.onnx").err()).contains("is there already");
    }
}
