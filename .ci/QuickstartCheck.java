import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Checks what {@code ./fn run examples/quickstart.yaml} left behind, with none of the project's code: reads the test images, runs
 * every ONNX file in onnxruntime, and holds accuracies, costs and parity against the bounds below and against summary.json.
 * Usage: java -cp CLASSPATH QuickstartCheck.java OUT DATA
 */
public final class QuickstartCheck {

    private static final double LEAST_FULL = 0.88;
    private static final double MOST_LOST = 0.025;

    private static int passed;
    private static int failed;

    public static void main(String[] args) throws Exception {
        Path out = Path.of(args[0]);
        float[][] images = images(Path.of(args[1], "t10k-images-idx3-ubyte.gz"));
        int[] labels = labels(Path.of(args[1], "t10k-labels-idx1-ubyte.gz"));
        JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
        check(images.length == labels.length && images.length == summary.at("/dataset/test").asInt(), "test images: " + images.length);

        JsonNode axes = summary.get("axes");
        check(axes.size() >= 10, "axes: " + axes.size());
        for (String level : List.of("BITS", "NEURONS", "CHANNELS", "PATHS", "LAYERS")) {
            check(ids(axes, level).size() >= 1, "open axes of " + level + ": " + ids(axes, level).size());
        }
        for (JsonNode axis : axes) {
            check(2 * axis.at("/keeps/0").asInt() <= axis.get("size").asInt(), axis.get("id").asText() + " can be halved");
        }
        JsonNode full = summary.get("supernet");
        double fullAccuracy = full.at("/accuracy/test").asDouble();
        check(fullAccuracy >= LEAST_FULL, "full model's test accuracy: " + fullAccuracy);
        double seconds = summary.at("/seconds/train").asDouble() + summary.at("/seconds/search").asDouble() + summary.at("/seconds/export").asDouble();
        check(System.getenv("CI") != null || seconds <= 240, "training, search and export took " + seconds + " s");

        JsonNode budgets = summary.get("budgets");
        check(budgets.size() >= 3, "budgets: " + budgets.size());
        double leastBops = 1;
        double leastMacs = 1;
        List<String> uncut = new ArrayList<>(List.of("BITS", "NEURONS", "CHANNELS", "PATHS", "LAYERS"));
        for (JsonNode budget : budgets) {
            String name = budget.get("name").asText();
            budget.get("constraints").properties().forEach(limit -> check(
                    budget.at("/cost/" + limit.getKey()).asDouble() <= limit.getValue().asDouble(), name + " keeps within " + limit));
            leastBops = Math.min(leastBops, budget.at("/cost/bops").asDouble() / full.at("/cost/bops").asDouble());
            leastMacs = Math.min(leastMacs, budget.at("/cost/macs").asDouble() / full.at("/cost/macs").asDouble());
            for (JsonNode axis : axes) {
                if (budget.get("selection").get(axis.get("id").asText()).asInt() < axis.get("size").asInt()) {
                    uncut.remove(axis.get("level").asText());
                }
            }
            byte[] file = Files.readAllBytes(out.resolve(budget.get("onnx").asText()));
            check(file.length == budget.at("/cost/size").asLong(), name + " is a file of " + file.length + " bytes");
            check(file.length <= budget.at("/constraints/size").asDouble(file.length), name + " keeps its limit of bytes");
            long executed = macs(ModelProto.parseFrom(file));
            check(executed == budget.at("/cost/executed-macs").asLong(), name + " executes " + executed + " MACs");
            check(executed <= budget.at("/constraints/executed-macs").asDouble(executed), name + " keeps its limit of MACs");
            for (OrtSession.SessionOptions.OptLevel level : List.of(OrtSession.SessionOptions.OptLevel.ALL_OPT, OrtSession.SessionOptions.OptLevel.NO_OPT)) {
                double accuracy = accuracy(file, level, images, labels);
                check(accuracy >= fullAccuracy - MOST_LOST, name + " in onnxruntime, " + level + ": " + accuracy);
                check(Math.abs(accuracy - budget.at("/accuracy/test").asDouble()) <= 0.005, name + " is as accurate as summary.json says");
            }
            JsonNode parity = budget.get("parity");
            check(parity.get("answers").asInt() >= 1000 && parity.get("agreement").asDouble() >= 0.995, name + " parity: " + parity);
        }
        check(leastBops <= 1 / 8.0, "smallest share of BOPs: " + leastBops);
        check(leastMacs <= 1 / 3.0, "smallest share of MACs: " + leastMacs);
        check(uncut.isEmpty(), "every level is cut in some export; uncut: " + uncut);
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    /** Multiply-accumulates as they stand in the graph, by the shapes that onnxruntime's kinds of layers have here: 28×28 pixels go in. */
    private static long macs(ModelProto model) {
        Map<String, long[]> shapes = new HashMap<>();
        model.getGraph().getInitializerList().forEach(tensor -> shapes.put(tensor.getName(), longs(tensor.getDimsList())));
        shapes.put(model.getGraph().getInput(0).getName(), new long[] {1, 1, 28, 28});
        long macs = 0;
        for (NodeProto node : model.getGraph().getNodeList()) {
            long[] x = shapes.get(node.getInput(0));
            long[] result = x;
            switch (node.getOpType()) {
                case "Unpack", "Widen" -> result = ints(node, "shape", x);
                case "Layer" -> shapes.put(node.getOutput(1), shapes.get(node.getInput(2)));
                case "GlobalAveragePool" -> result = new long[] {1, x[1], 1, 1};
                case "Flatten" -> result = new long[] {1, x[1] * x[2] * x[3]};
                case "Gemm" -> {
                    long[] w = shapes.get(node.getInput(1));
                    result = new long[] {1, w[0]};
                    macs += w[0] * w[1];
                }
                case "Conv" -> {
                    long[] w = shapes.get(node.getInput(1));
                    long stride = ints(node, "strides", 1, 1)[0];
                    long side = (x[2] + 2 * ints(node, "pads", 0, 0, 0, 0)[0] - w[2]) / stride + 1;
                    result = new long[] {1, w[0], side, side};
                    macs += w[0] * w[1] * w[2] * w[3] * side * side;
                }
                default -> { }
            }
            shapes.put(node.getOutput(0), result);
        }
        return macs;
    }

    private static long[] ints(NodeProto node, String name, long... absent) {
        return node.getAttributeList().stream().filter(attribute -> attribute.getName().equals(name)).findFirst()
                .map(attribute -> longs(attribute.getIntsList())).orElse(absent);
    }

    private static long[] longs(List<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private static List<String> ids(JsonNode axes, String level) {
        List<String> ids = new ArrayList<>();
        axes.forEach(axis -> {
            if (axis.get("level").asText().equals(level)) {
                ids.add(axis.get("id").asText());
            }
        });
        return ids;
    }

    private static void check(boolean holds, String what) {
        System.out.println((holds ? "ok    " : "FAILED  ") + what);
        if (holds) {
            passed++;
        } else {
            failed++;
        }
    }

    private static double accuracy(byte[] file, OrtSession.SessionOptions.OptLevel level, float[][] images, int[] labels) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        int right = 0;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(level);
            // products of 8 bits are exact on processors without VNNI, too
            options.addConfigEntry("session.x64quantprecision", "1");
            try (OrtSession session = environment.createSession(file, options)) {
                int batch = 200;
                for (int from = 0; from < images.length; from += batch) {
                    int count = Math.min(batch, images.length - from);
                    FloatBuffer buffer = FloatBuffer.allocate(count * 784);
                    for (int i = 0; i < count; i++) {
                        buffer.put(images[from + i]);
                    }
                    buffer.rewind();
                    try (OnnxTensor input = OnnxTensor.createTensor(environment, buffer, new long[] {count, 1, 28, 28});
                            OrtSession.Result result = session.run(Map.of(session.getInputNames().iterator().next(), input))) {
                        float[][] logits = (float[][]) result.get(0).getValue();
                        for (int i = 0; i < count; i++) {
                            int best = 0;
                            for (int c = 1; c < logits[i].length; c++) {
                                best = logits[i][c] > logits[i][best] ? c : best;
                            }
                            right += best == labels[from + i] ? 1 : 0;
                        }
                    }
                }
            }
        }
        return (double) right / images.length;
    }

    private static float[][] images(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new FileInputStream(file.toFile())))) {
            in.readInt();
            float[][] images = new float[in.readInt()][in.readInt() * in.readInt()];
            for (float[] image : images) {
                byte[] pixels = in.readNBytes(image.length);
                for (int i = 0; i < image.length; i++) {
                    image[i] = (pixels[i] & 0xff) / 255f;
                }
            }
            return images;
        }
    }

    private static int[] labels(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new FileInputStream(file.toFile())))) {
            in.readInt();
            int[] labels = new int[in.readInt()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = in.readUnsignedByte();
            }
            return labels;
        }
    }
}
