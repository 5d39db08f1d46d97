package io.fullynested.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.task.Scores;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs exported networks in onnxruntime, to see whether they compute what was trained. */
public final class OnnxVerifier {

    /** Images that go through a network at once. */
    private static final int BATCH = 100;

    private final int threads;
    private final Optional<Scorer> scorer;

    /**
     * Of networks whose greatest output is the answer.
     *
     * @param threads threads within an operator, at least 1
     */
    public OnnxVerifier(int threads) {
        this(threads, Optional.empty());
    }

    /** Of networks for a task. */
    public OnnxVerifier(int threads, Scorer scorer) {
        this(threads, Optional.of(scorer));
    }

    private OnnxVerifier(int threads, Optional<Scorer> scorer) {
        this.threads = threads;
        this.scorer = scorer;
    }

    private Parity parity(Tensor expected, Tensor actual) {
        return scorer.isEmpty() ? Parity.ofAnswers(expected, actual) : Parity.of(expected, actual, scorer.get().objective());
    }

    /**
     * How far onnxruntime is from the engine.
     *
     * @param optimized   with all rewriting of the graph that is exact here, and told to multiply integers exactly
     * @param unoptimized node by node
     * @param careless    with all rewriting, and told nothing: as good on processors that multiply integers exactly anyway, such as x86-64 with VNNI
     */
    public record Verification(Parity optimized, Parity unoptimized, Parity careless) {

        /** What users of this processor should know. */
        public Optional<String> note(Format format) {
            if (format.accepts(careless)) {
                return Optional.empty();
            }
            return Optional.of(IntegerProducts.areRight()
                    ? "onnxruntime adds up products of 8 bits in 16 on this processor, unless it is opened with the option " + ExactSession.PRECISION
                            + " = 1, as it was here. Without it, " + careless + "."
                    : "onnxruntime " + OrtEnvironment.getEnvironment().getVersion() + " multiplies some integers wrongly on this processor, so it was "
                            + "held here to basic graph optimisation, which computes in floats. Left to itself, " + careless
                            + ". Maybe use 1.28 on such processors?");
        }

        /** The greater of each difference, told to be exact or node by node. */
        public Parity worst() {
            return optimized.worst(unoptimized);
        }
    }

    /**
     * Runs a network on images and compares its outputs with those that the engine computed.
     *
     * @param file     the bytes of the file
     * @param images   of the shape that the network takes, values in 0..1; gone through a batch at a time
     * @param expected {@code [n, …]}
     * @throws IllegalArgumentException if onnxruntime refuses the file, or shapes do not fit
     */
    public Verification compare(byte[] file, LabelledImages images, Tensor expected) {
        LabelledImages batches = images.batched(BATCH).held();
        try (OnnxSession careless = OnnxSession.careless(file, threads)) {
            return new Verification(compare(file, batches, expected, true), compare(file, batches, expected, false),
                    parity(expected, run(careless, batches)));
        }
    }

    /** The same of images that are in memory, {@code [n, C, H, W]}. */
    public Verification compare(byte[] file, Tensor images, Tensor expected) {
        return compare(file, LabelledImages.of(images), expected);
    }

    /**
     * How far the ways to run a network are apart: node by node, and at each level of optimisation a hundred images at once, 7 at once
     * and one at once.
     *
     * @param all as many as are to be compared; of these a hundred in the smaller batches
     */
    public Parity consistency(byte[] file, LabelledImages all) {
        LabelledImages images = all.batched(BATCH).held();
        LabelledImages few = images.range(0, Math.min(BATCH, images.size()));
        Tensor expected;
        try (OnnxSession plain = OnnxSession.open(file, OptLevel.NO_OPT, threads)) {
            expected = run(plain, images);
        }
        Parity worst = parity(expected, expected);
        for (OptLevel level : OptLevel.values()) {
            try (OnnxSession session = OnnxSession.open(file, level, threads)) {
                worst = worst.worst(parity(expected, run(session, images)));
                for (int batch : new int[] {1, 7}) {
                    Parity smaller = parity(expected.first(few.size()), run(session, few.batched(batch)));
                    worst = worst.worst(new Parity(worst.answers(), smaller.maxAbsDiff(), smaller.medianAbsDiff(), smaller.flips()));
                }
            }
        }
        return worst;
    }

    /** The same of images that are in memory, {@code [n, C, H, W]}. */
    public Parity consistency(byte[] file, Tensor images) {
        return consistency(file, LabelledImages.of(images));
    }

    private Parity compare(byte[] file, LabelledImages images, Tensor expected, boolean optimize) {
        try (OnnxSession session = OnnxSession.open(file, optimize, threads)) {
            return parity(expected, run(session, images));
        }
    }

    /**
     * The outputs of images, computed in the batches that these are read in.
     *
     * @throws IllegalArgumentException if there are no images, or they are of another shape
     */
    public Tensor run(OnnxSession session, LabelledImages images) {
        if (images.size() == 0) {
            throw new IllegalArgumentException("There are no images to run");
        }
        List<Tensor> outputs = new ArrayList<>();
        images.forEach(batch -> outputs.add(session.run(batch.images())));
        return Tensor.concat(outputs);
    }

    /** The same of images that are in memory, {@code [n, C, H, W]}. */
    public Tensor run(OnnxSession session, Tensor images) {
        return run(session, LabelledImages.of(images).batched(BATCH));
    }

    /**
     * How good a network is on a data set.
     *
     * @throws IllegalArgumentException if the data set has no images, or they are of another shape
     */
    public static Evaluation evaluate(Scorer scorer, OnnxSession session, Dataset data) {
        if (data.size() == 0) {
            throw new IllegalArgumentException("The data set has no images");
        }
        Scores scores = scorer.start();
        LabelledImages.of(data).batched(BATCH).forEach(batch -> scores.add(session.run(batch.images()).data(), batch.targets(), batch.size()));
        return scores.evaluation();
    }
}
