import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What onnxruntime's Java binding answers. Arguments: a folder of ONNX files in folders, a gzipped IDX file of images, how many. Writes the images as bytes
 * ({@code images.u8}) and, beside each file, its logits as little-endian float32 ({@code float32.onnx.java}).
 */
public final class Answers {

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int count = Integer.parseInt(args[2]);
        byte[] idx = new GZIPInputStream(Files.newInputStream(Path.of(args[1]))).readAllBytes();
        ByteBuffer head = ByteBuffer.wrap(idx);
        int height = head.getInt(8);
        int width = head.getInt(12);
        byte[] pixels = Arrays.copyOfRange(idx, 16, 16 + count * height * width);
        Files.write(folder.resolve("images.u8"), pixels);
        FloatBuffer images = FloatBuffer.allocate(pixels.length);
        for (byte pixel : pixels) {
            images.put((pixel & 255) / 255f);
        }
        images.rewind();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
        }
        for (Path file : files) {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.addConfigEntry("session.x64quantprecision", "1");
                try (OrtSession session = environment.createSession(file.toString(), options);
                        OnnxTensor input = OnnxTensor.createTensor(environment, images, new long[] {count, 1, height, width});
                        OrtSession.Result result = session.run(Map.of("input", input))) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    for (float[] logits : (float[][]) result.get(0).getValue()) {
                        ByteBuffer row = ByteBuffer.allocate(4 * logits.length).order(ByteOrder.LITTLE_ENDIAN);
                        row.asFloatBuffer().put(logits);
                        out.write(row.array());
                    }
                    Files.write(Path.of(file + ".java"), out.toByteArray());
                }
            }
        }
    }
}
