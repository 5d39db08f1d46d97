package io.fullynested.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.fullynested.api.graph.Input.Type;
import io.fullynested.api.graph.Input.Values;
import io.fullynested.core.tensor.Samples;
import io.fullynested.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What an ONNX file takes, and how samples are fed to it: by name, each part in the shape and type that the file says. */
final class OnnxInputs {

    /** How far from a byte a number may be that stands for one, in units of the byte. */
    private static final float ROUNDING = 0.01f;

    private final List<Entry> entries = new ArrayList<>();

    /** @param shape of a batch, −1 for any extent */
    private record Entry(String name, long[] shape, Values values) {

        /** Numbers of a sample; -1 if any. */
        int elements() {
            long elements = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a < 0 || b < 0 ? -1 : a * b);
            return Math.toIntExact(elements);
        }

        boolean fits(long[] batch) {
            return shape.length == batch.length && IntStream.range(0, shape.length).allMatch(i -> shape[i] < 0 || shape[i] == batch[i]);
        }
    }

    OnnxInputs(OrtSession session) throws OrtException {
        Map<String, String> metadata = session.getMetadata().getCustomMetadata();
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
            TensorInfo info = (TensorInfo) input.getValue().getInfo();
            entries.add(new Entry(input.getKey(), info.getShape(), values(info.type == OnnxJavaType.UINT8, metadata.get(Provenance.range(input.getKey())))));
        }
    }

    private static Values values(boolean bytes, String range) {
        Type type = bytes ? Type.UINT8 : Type.FLOAT32;
        if (range == null) {
            return new Values(type, 0, 1);
        }
        double[] bounds = Arrays.stream(range.split(" ")).mapToDouble(Double::parseDouble).toArray();
        return new Values(type, bounds[0], bounds[1]);
    }

    /**
     * Samples as onnxruntime takes them; to be closed.
     *
     * @param samples {@code [n, C, H, W]}, or of several inputs {@code [n, all numbers]}
     * @throws IllegalArgumentException if the file takes others
     */
    Map<String, OnnxTensor> feed(Tensor samples) throws OrtException {
        int n = samples.shape().length == 0 ? 0 : samples.shape()[0];
        int stride = n == 0 ? 0 : samples.data().length / n;
        long[] whole = Arrays.stream(samples.shape()).asLongStream().toArray();
        boolean alone = entries.size() == 1 && entries.get(0).fits(whole);
        boolean packed = Arrays.stream(samples.shape()).skip(2).allMatch(extent -> extent == 1)
                && entries.stream().allMatch(entry -> entry.elements() > 0) && entries.stream().mapToInt(Entry::elements).sum() == stride;
        if (!alone && !packed) {
            throw new IllegalArgumentException("The network takes " + (entries.size() == 1 ? "images of shape " + Arrays.toString(entries.get(0).shape())
                    : "samples of " + String.join(" and ", entries.stream().map(entry -> entry.name() + " " + Arrays.toString(entry.shape())).toList()))
                    + " (-1: any), not " + Arrays.toString(samples.shape()) + ". Maybe another data set?");
        }
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        int start = 0;
        for (Entry entry : entries) {
            float[] numbers = entries.size() == 1 ? samples.data() : Samples.numbers(samples.data(), 0, n, stride, start, entry.elements());
            long[] shape = alone ? whole : LongStream.concat(LongStream.of(n), Arrays.stream(entry.shape()).skip(1)).toArray();
            fed.put(entry.name(), tensor(entry, numbers, shape));
            start += alone ? 0 : entry.elements();
        }
        return fed;
    }

    private static OnnxTensor tensor(Entry entry, float[] numbers, long[] shape) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        if (entry.values().type() == Type.FLOAT32) {
            return OnnxTensor.createTensor(environment, FloatBuffer.wrap(numbers), shape);
        }
        double unit = (entry.values().most() - entry.values().least()) / 255;
        ByteBuffer bytes = ByteBuffer.allocateDirect(numbers.length);
        for (float number : numbers) {
            double exact = (number - entry.values().least()) / unit;
            long code = Math.round(exact);
            if (!(Math.abs(exact - code) < ROUNDING) || code < 0 || code > 255) {
                throw new IllegalArgumentException("'" + entry.name() + "' takes bytes for " + Provenance.number(entry.values().least()) + ".."
                        + Provenance.number(entry.values().most()) + ", but the data have " + number + ", which is none. Maybe type: float32, or another range?");
            }
            bytes.put((byte) code);
        }
        return OnnxTensor.createTensor(environment, bytes.flip(), shape, OnnxJavaType.UINT8);
    }

    /** A batch of random numbers, each within the range of its input. */
    Tensor random(int batch) {
        SplittableRandom random = new SplittableRandom(1);
        int[] alone = Arrays.stream(entries.get(0).shape()).mapToInt(Math::toIntExact).toArray();
        alone[0] = batch;
        Tensor samples = entries.size() == 1 ? Tensor.zeros(alone) : Tensor.zeros(batch, entries.stream().mapToInt(Entry::elements).sum());
        int next = 0;
        for (int i = 0; i < batch; i++) {
            for (Entry entry : entries) {
                double least = entry.values().least();
                double range = entry.values().most() - least;
                for (int j = 0; j < entry.elements(); j++) {
                    double share = random.nextDouble();
                    samples.data()[next++] = (float) (least + range * (entry.values().type() == Type.UINT8 ? Math.round(255 * share) / 255.0 : share));
                }
            }
        }
        return samples;
    }
}
