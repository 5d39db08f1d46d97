package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Means and variances of what the convolutions of a file give, so that batch norms which an exporter folded away can be put back: one with
 * {@code gamma = √(variance + epsilon)} and {@code beta = mean} changes nothing, and follows the statistics of whatever is kept later.
 */
final class Unfold {

    private Unfold() {
    }

    /** Sums of a value over images and pixels, by channel. */
    private static final class Sums {
        private double[] sum = {};
        private double[] squares = {};
        private long count;

        void add(float[] values, int images, int channels) {
            if (sum.length == 0) {
                sum = new double[channels];
                squares = new double[channels];
            }
            int area = values.length / images / channels;
            for (int i = 0; i < values.length; i++) {
                int channel = i / area % channels;
                sum[channel] += values[i];
                squares[channel] += (double) values[i] * values[i];
            }
            count += (long) images * area;
        }

        Tensor mean() {
            float[] mean = new float[sum.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (float) (sum[i] / count);
            }
            return Tensor.vector(mean);
        }

        Tensor variance() {
            float[] variance = new float[sum.length];
            for (int i = 0; i < variance.length; i++) {
                variance[i] = (float) Math.max(0, squares[i] / count - sum[i] / count * (sum[i] / count));
            }
            return Tensor.vector(variance);
        }
    }

    /** Mean and variance, {@code [C]} each. */
    record Statistics(Tensor mean, Tensor variance) {
    }

    /**
     * Runs a file on images, one by one, as a file may be of a fixed batch.
     *
     * @param values names of values {@code [1, C, H, W]}
     * @param images {@code [n, C, H, W]}
     */
    static Map<String, Statistics> of(Path file, String input, Set<String> values, Tensor images) throws IOException {
        ModelProto.Builder model = ExternalData.inline(OnnxFile.read(file).proto(), file.toAbsolutePath().getParent()).toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder().clearOutput();
        values.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
        Map<String, Sums> sums = new LinkedHashMap<>();
        values.forEach(name -> sums.put(name, new Sums()));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = Arrays.stream(images.shape()).asLongStream().toArray();
        int size = images.data().length / images.shape()[0];
        shape[0] = 1;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions(); OrtSession session = environment.createSession(model.build().toByteArray(), options)) {
            for (int image = 0; image < images.shape()[0]; image++) {
                FloatBuffer one = FloatBuffer.wrap(Arrays.copyOfRange(images.data(), image * size, (image + 1) * size));
                try (OnnxTensor tensor = OnnxTensor.createTensor(environment, one, shape); OrtSession.Result results = session.run(Map.of(input, tensor))) {
                    for (String name : values) {
                        OnnxTensor value = (OnnxTensor) results.get(name).orElseThrow();
                        FloatBuffer buffer = value.getFloatBuffer();
                        float[] numbers = new float[buffer.remaining()];
                        buffer.get(numbers);
                        sums.get(name).add(numbers, 1, (int) value.getInfo().getShape()[1]);
                    }
                }
            }
        } catch (OrtException e) {
            throw new UnreadableException(file, "onnxruntime cannot run it on these images: " + e.getMessage(), e);
        }
        Map<String, Statistics> statistics = new LinkedHashMap<>();
        sums.forEach((name, sum) -> statistics.put(name, new Statistics(sum.mean(), sum.variance())));
        return statistics;
    }

    /** Whether a batch norm is missing behind a node: it is a convolution, and none follows. */
    static boolean lacks(Draft draft, Iterable<Draft> all) {
        if (draft.kind != Kind.CONVOLUTION) {
            return false;
        }
        for (Draft other : all) {
            if (other.kind == Kind.BATCH_NORM && other.of.contains(draft)) {
                return false;
            }
        }
        return true;
    }
}
