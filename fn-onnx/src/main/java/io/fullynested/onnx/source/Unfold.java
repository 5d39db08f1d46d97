package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.source.Sketch.Layout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Means and variances of what the convolutions of a file give, so that batch norms which an exporter folded away can be put back: one with
 * {@code gamma = √(variance + epsilon)} and {@code beta = mean} changes nothing, and follows the statistics of whatever is kept later.
 */
final class Unfold {

    private static final String SQUARE = "/fullynested.square";
    private static final String MEAN = "/fullynested.mean";

    private Unfold() {
    }

    /** Sums over images of the mean of a value and of its square, by channel. */
    private static final class Sums {
        private double[] sum = {};
        private double[] squares = {};
        private int images;

        void add(float[] means, float[] meanSquares) {
            if (images++ == 0) {
                sum = new double[means.length];
                squares = new double[means.length];
            }
            for (int i = 0; i < means.length; i++) {
                sum[i] += means[i];
                squares[i] += meanSquares[i];
            }
        }

        Statistics statistics() {
            float[] mean = new float[sum.length];
            float[] variance = new float[sum.length];
            for (int i = 0; i < mean.length; i++) {
                double average = sum[i] / images;
                mean[i] = (float) average;
                variance[i] = (float) Math.max(0, squares[i] / images - average * average);
            }
            return new Statistics(Tensor.vector(mean), Tensor.vector(variance));
        }
    }

    /** Mean and variance, {@code [C]} each. */
    record Statistics(Tensor mean, Tensor variance) {
    }

    /**
     * Runs a file on images, one by one, as a file may be of a fixed batch. It is made to take the means itself, so that no whole signals
     * leave onnxruntime.
     *
     * @param values names of values {@code [1, C, H, W]}, {@code [1, H, W, C]} or {@code [1, C]}
     * @param layout which of these a value is
     * @param images {@code [n, C, H, W]} or {@code [n, C]}
     */
    static Map<String, Statistics> of(Path file, SourceGraph source, Set<String> values, Function<String, Layout> layout, Tensor images) throws IOException {
        ModelProto.Builder model = FloatSource.read(file).model().toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder().clearOutput();
        Map<String, Sums> sums = new LinkedHashMap<>();
        for (String name : values) {
            sums.put(name, new Sums());
            node(graph, "Mul", name + SQUARE, name, name);
            mean(graph, layout.apply(name), source.shape(name).length, name, name + MEAN);
            mean(graph, layout.apply(name), source.shape(name).length, name + SQUARE, name + SQUARE + MEAN);
            graph.addOutput(ValueInfoProto.newBuilder().setName(name + MEAN)).addOutput(ValueInfoProto.newBuilder().setName(name + SQUARE + MEAN));
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = Arrays.stream(images.shape()).asLongStream().toArray();
        int size = images.data().length / images.shape()[0];
        shape[0] = 1;
        // onnxruntime reads a file itself, and holds its numbers once less than those of an array that it is given
        Path written = Files.createTempFile("fullynested", ".onnx");
        try (OrtSession.SessionOptions options = quiet(); OrtSession session = environment.createSession(write(model.build(), written).toString(), options)) {
            for (int image = 0; image < images.shape()[0]; image++) {
                FloatBuffer one = FloatBuffer.wrap(images.data(), image * size, size);
                try (OnnxTensor tensor = OnnxTensor.createTensor(environment, one, shape); OrtSession.Result results = session.run(Map.of(source.input(), tensor))) {
                    for (String name : values) {
                        sums.get(name).add(numbers(results, name + MEAN), numbers(results, name + SQUARE + MEAN));
                    }
                }
            }
        } catch (OrtException e) {
            throw new UnreadableException(file, "onnxruntime cannot run it on these images: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(written);
        }
        Map<String, Statistics> statistics = new LinkedHashMap<>();
        sums.forEach((name, sum) -> statistics.put(name, sum.statistics()));
        return statistics;
    }

    private static Path write(ModelProto model, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            model.writeTo(out);
        }
        return file;
    }

    private static OrtSession.SessionOptions quiet() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        options.setCPUArenaAllocator(false);
        return options;
    }

    private static void mean(GraphProto.Builder graph, Layout layout, int rank, String of, String mean) {
        if (layout == Layout.LAST) {
            String first = mean + "/first";
            graph.addNodeBuilder().setOpType("Transpose").addInput(of).addOutput(first)
                    .addAttribute(AttributeProto.newBuilder().setName("perm").setType(AttributeType.INTS).addInts(0).addInts(3).addInts(1).addInts(2));
            node(graph, "GlobalAveragePool", mean, first);
        } else {
            node(graph, rank == 2 ? "Identity" : "GlobalAveragePool", mean, of);
        }
    }

    private static void node(GraphProto.Builder graph, String op, String output, String... inputs) {
        graph.addNodeBuilder().setOpType(op).addAllInput(List.of(inputs)).addOutput(output);
    }

    private static float[] numbers(OrtSession.Result results, String name) {
        FloatBuffer buffer = ((OnnxTensor) results.get(name).orElseThrow()).getFloatBuffer();
        float[] numbers = new float[buffer.remaining()];
        buffer.get(numbers);
        return numbers;
    }

    /**
     * Whether a batch norm is missing behind a node: it is a convolution, and none follows. A network with layer norms had none; and where all
     * channels are 0, as behind black pixels, layer norms would make large numbers of what one there rounds.
     */
    static boolean lacks(Draft draft, Iterable<Draft> all) {
        if (draft.kind != Kind.CONVOLUTION) {
            return false;
        }
        for (Draft other : all) {
            if (other.kind == Kind.LAYER_NORM || other.kind == Kind.BATCH_NORM && other.of.contains(draft)) {
                return false;
            }
        }
        return true;
    }
}
