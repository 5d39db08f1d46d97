package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.model.Model;
import io.fullynested.core.spec.Normalization;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.task.Scores;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.source.ImportedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The trained network that is imported, as onnxruntime runs it.
 *
 * @param normalization of images before it sees them
 */
record SourceModel(Path file, Normalization normalization) {

    /** How far the full network may be from it, relative to the range of its outputs. */
    private static final double TOLERANCE = 1e-4;

    /** Most numbers of images that it is asked about at once: 6 of 3×224×224, whose signals take some 60 MB. */
    private static final int ASKED_NUMBERS = 1 << 20;

    /** Images {@code [n, C, H, W]} as it sees them. */
    Tensor seen(Tensor images) {
        if (!(normalization instanceof Normalization.Given given)) {
            return images;
        }
        float[] values = images.data().clone();
        int channels = images.shape()[1];
        int area = values.length / images.shape()[0] / channels;
        for (int i = 0; i < values.length; i++) {
            int channel = i / area % channels;
            values[i] = (float) ((values[i] - given.mean().get(channel)) / given.deviation().get(channel));
        }
        return new Tensor(images.shape(), values);
    }

    /**
     * What it says of some images and of as many random ones.
     *
     * @throws IOException if it cannot be read
     */
    Answers answers(Tensor natural) throws IOException {
        Tensor random = Tensor.zeros(natural.shape());
        Random draws = new Random(1);
        for (int i = 0; i < random.data().length; i++) {
            random.data()[i] = draws.nextFloat();
        }
        try (OnnxSession session = ImportedNetwork.session(file)) {
            return new Answers(file, List.of(natural, random), List.of(session.run(seen(natural)), session.run(seen(random))));
        }
    }

    /**
     * What the source of an import says of images.
     *
     * @param images  {@code [n, C, H, W]} each
     * @param answers to them, {@code [n, …]}
     */
    record Answers(Path file, List<Tensor> images, List<Tensor> answers) {

        /** The first ones, which are no noise. */
        Tensor natural() {
            return images.get(0);
        }

        /**
         * How far a network is from the source, relative to the range of its outputs: the most of all images.
         *
         * @throws IllegalStateException if it is too far, with the figures
         */
        double difference(Model network, Backend engine) {
            double difference = 0;
            for (int i = 0; i < images.size(); i++) {
                difference = Math.max(difference, SourceModel.difference(answers.get(i), engine.run(network, images.get(i))));
            }
            if (!(difference <= TOLERANCE)) {
                throw new IllegalStateException(file + ": the imported network differs from it by " + difference + " of the range of its outputs, more than "
                        + TOLERANCE + ". This should not be; please report it");
            }
            return difference;
        }
    }

    private static double difference(Tensor expected, Tensor found) {
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        double largest = 0;
        for (int i = 0; i < expected.data().length; i++) {
            least = Math.min(least, expected.data()[i]);
            greatest = Math.max(greatest, expected.data()[i]);
            double distance = Math.abs(expected.data()[i] - found.data()[i]);
            largest = distance <= largest ? largest : distance;
        }
        return largest / Math.max(greatest - least, Float.MIN_NORMAL);
    }

    /** How good it is on images. */
    double score(Scorer scorer, Dataset images) throws IOException {
        Scores scores = scorer.start();
        try (OnnxSession session = ImportedNetwork.session(file)) {
            LabelledImages some = LabelledImages.of(images).batched(Math.max(1, ASKED_NUMBERS / images.shape().elements()));
            some.forEach(batch -> scores.measure(session.run(seen(batch.images())).data(), batch.targets(), batch.size()));
        }
        return scores.score();
    }
}
