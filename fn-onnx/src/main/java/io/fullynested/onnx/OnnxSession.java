package io.fullynested.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.tensor.Samples;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An ONNX file that runs in onnxruntime. Any file with float or byte inputs and float outputs will do. */
public final class OnnxSession implements AutoCloseable {

    private final OrtSession session;
    private final OnnxInputs inputs;
    private final Map<String, String> metadata;

    /**
     * Opens a file.
     *
     * @param optimize whether onnxruntime may rewrite the graph, or must compute node by node
     * @param threads  threads within an operator, at least 1
     * @throws IOException if it cannot be read, or onnxruntime refuses it; the message names it
     */
    public static OnnxSession open(Path file, boolean optimize, int threads) throws IOException {
        // what cannot be read is told of as everywhere
        Files.newInputStream(file).close();
        try {
            return new OnnxSession(() -> ExactSession.open(file, optimize ? OptLevel.ALL_OPT : OptLevel.NO_OPT, threads));
        } catch (IllegalArgumentException e) {
            throw new UnreadableException(file, e.getMessage(), e);
        }
    }

    /**
     * Opens the bytes of a file.
     *
     * @throws IllegalArgumentException if onnxruntime refuses them
     */
    public static OnnxSession open(byte[] bytes, boolean optimize, int threads) {
        return open(bytes, optimize ? OptLevel.ALL_OPT : OptLevel.NO_OPT, threads);
    }

    static OnnxSession open(byte[] bytes, OptLevel level, int threads) {
        return new OnnxSession(() -> ExactSession.open(bytes, level, threads, null));
    }

    /** As onnxruntime opens a file that it is told nothing about. */
    static OnnxSession careless(byte[] bytes, int threads) {
        return new OnnxSession(() -> ExactSession.open(bytes, OptLevel.ALL_OPT, threads, null, false));
    }

    private interface Opening {
        OrtSession open() throws OrtException;
    }

    private OnnxSession(Opening opening) {
        OrtSession opened = null;
        try {
            opened = opening.open();
            this.session = opened;
            this.inputs = new OnnxInputs(session);
            this.metadata = new TreeMap<>(session.getMetadata().getCustomMetadata());
        } catch (OrtException e) {
            close(opened);
            throw new IllegalArgumentException("onnxruntime refuses this network: " + e.getMessage(), e);
        }
    }

    /**
     * Runs the network.
     *
     * @param images {@code [n, C, H, W]}, values in 0..1, or in the range of the input; of several inputs {@code [n, all numbers]}
     * @return {@code [n, …]}; of several outputs {@code [n, all numbers]}, those of one after those of the other
     * @throws IllegalArgumentException if the network takes images of another shape
     */
    public Tensor run(Tensor images) {
        try {
            return run(inputs.feed(images));
        } catch (OrtException e) {
            throw new IllegalStateException("onnxruntime failed: " + e.getMessage(), e);
        }
    }

    private Tensor run(Map<String, OnnxTensor> fed) throws OrtException {
        try (OrtSession.Result result = session.run(fed)) {
            List<Tensor> outputs = new ArrayList<>();
            result.forEach(output -> outputs.add(tensor((OnnxTensor) output.getValue())));
            return Samples.joined(outputs);
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }

    private static Tensor tensor(OnnxTensor output) {
        int[] shape = Arrays.stream(output.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
        float[] numbers = new float[Tensor.elements(shape)];
        if (output.getInfo().type == OnnxJavaType.INT64) {
            LongBuffer whole = output.getLongBuffer();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = whole.get(i);
            }
        } else {
            output.getFloatBuffer().get(numbers);
        }
        return new Tensor(shape, numbers);
    }

    /** What it takes. */
    OnnxInputs inputs() {
        return inputs;
    }

    /** What the file says about itself, sorted by key. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The class names by label; empty if the file does not name them. */
    public List<String> classes() {
        String names = metadata.get(Provenance.CLASSES);
        return names == null ? List.of() : List.of(names.split("\n", -1));
    }

    /** The version of onnxruntime. */
    public static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /** Frees what onnxruntime holds. */
    @Override
    public void close() {
        close(session);
    }

    private static void close(OrtSession session) {
        try {
            if (session != null) {
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("onnxruntime failed to close: " + e.getMessage(), e);
        }
    }
}
