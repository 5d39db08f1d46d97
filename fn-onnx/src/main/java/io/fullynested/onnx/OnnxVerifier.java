package io.fullynested.onnx;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Runs exported networks in onnxruntime, to see whether they compute what was trained. */
public final class OnnxVerifier {

    /** Images that go through a network at once. */
    private static final int BATCH = 100;

    private final int threads;

    /** @param threads threads within an operator, at least 1 */
    public OnnxVerifier(int threads) {
        this.threads = threads;
    }

    /**
     * How far onnxruntime is from the engine.
     *
     * @param optimized   with all rewriting of the graph, and told to multiply integers exactly
     * @param unoptimized node by node
     * @param careless    with all rewriting, and told nothing: as good on processors that multiply integers exactly anyway, such as x86-64 with VNNI
     */
    public record Verification(Parity optimized, Parity unoptimized, Parity careless) {

        /** What users of this processor should know. */
        public Optional<String> note(Format format) {
            return format.accepts(careless) ? Optional.empty() : Optional.of("onnxruntime adds up products of 8 bits in 16 on this processor, unless it is "
                    + "opened with the option " + ExactSession.PRECISION + " = 1, as it was here. Without it, " + careless + ".");
        }

        /** The greater of each difference, told to be exact or node by node. */
        public Parity worst() {
            return optimized.worst(unoptimized);
        }
    }

    /**
     * Runs a network on images and compares its logits with those that the engine computed.
     *
     * @param file     the bytes of the file
     * @param images   {@code [n, C, H, W]}, values in 0..1
     * @param expected {@code [n, classes]}
     * @throws IllegalArgumentException if onnxruntime refuses the file, or shapes do not fit
     */
    public Verification compare(byte[] file, Tensor images, Tensor expected) {
        try (OnnxSession careless = OnnxSession.careless(file, threads)) {
            return new Verification(compare(file, images, expected, true), compare(file, images, expected, false),
                    Parity.of(expected, run(careless, images)));
        }
    }

    /**
     * How far the ways to run a network are apart: node by node, and at each level of optimisation a hundred images at once, 7 at once
     * and one at once.
     *
     * @param images as many as are to be compared; of these a hundred in the smaller batches
     */
    public Parity consistency(byte[] file, Tensor images) {
        Tensor few = images.first(Math.min(BATCH, images.shape()[0]));
        Tensor expected;
        try (OnnxSession plain = OnnxSession.open(file, OptLevel.NO_OPT, threads)) {
            expected = run(plain, images);
        }
        Parity worst = Parity.of(expected, expected);
        for (OptLevel level : OptLevel.values()) {
            try (OnnxSession session = OnnxSession.open(file, level, threads)) {
                worst = worst.worst(Parity.of(expected, run(session, images)));
                for (int batch : new int[] {1, 7}) {
                    Parity smaller = Parity.of(expected.first(few.shape()[0]), run(session, few, batch));
                    worst = worst.worst(new Parity(worst.images(), smaller.maxAbsDiff(), smaller.medianAbsDiff(), smaller.flips()));
                }
            }
        }
        return worst;
    }

    private Parity compare(byte[] file, Tensor images, Tensor expected, boolean optimize) {
        try (OnnxSession session = OnnxSession.open(file, optimize, threads)) {
            return Parity.of(expected, run(session, images));
        }
    }

    /** Runs a network on any number of images, a batch at a time. */
    public Tensor run(OnnxSession session, Tensor images) {
        return run(session, images, BATCH);
    }

    private static Tensor run(OnnxSession session, Tensor images, int batch) {
        int count = images.shape()[0];
        if (count == 0) {
            throw new IllegalArgumentException("There are no images to run");
        }
        int size = images.data().length / count;
        List<Tensor> logits = new ArrayList<>();
        for (int from = 0; from < count; from += batch) {
            int[] shape = images.shape().clone();
            shape[0] = Math.min(batch, count - from);
            logits.add(session.run(new Tensor(shape, Arrays.copyOfRange(images.data(), from * size, (from + shape[0]) * size))));
        }
        return Tensor.concat(logits);
    }

    /**
     * Share of the images of a data set that a network classifies rightly, 0..1.
     *
     * @throws IllegalArgumentException if the data set has no images, or they are of another shape
     */
    public double accuracy(OnnxSession session, Dataset data) {
        if (data.size() == 0) {
            throw new IllegalArgumentException("The data set has no images");
        }
        Shape shape = data.shape();
        int size = shape.elements();
        int right = 0;
        for (int from = 0; from < data.size(); from += BATCH) {
            int count = Math.min(BATCH, data.size() - from);
            float[] images = new float[count * size];
            for (int i = 0; i < count; i++) {
                data.read(from + i, images, i * size);
            }
            int[] batch = {count, shape.channels(), shape.height(), shape.width()};
            float[] logits = session.run(new Tensor(batch, images)).data();
            for (int i = 0; i < count; i++) {
                int classes = logits.length / count;
                right += Parity.top(logits, i * classes, classes) == data.label(from + i) ? 1 : 0;
            }
        }
        return (double) right / data.size();
    }
}
