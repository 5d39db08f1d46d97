package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Progress;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.task.Scores;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.source.ImportedNetwork;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes a nested network of a trained one that comes as an ONNX file: finds what can be nested, puts folded batch norms back, ranks what it has
 * learnt, and leaves a description and a checkpoint. The full network is the source, as float32 computes it; see docs/import.md.
 */
public final class OnnxImport {

    /** What is written beside the checkpoint: how to train and search it. */
    public static final String SPEC = "spec.yaml";
    /** The nested network, ranked, with the clips of its signals, untrained. */
    public static final String CHECKPOINT = "checkpoint.safetensors";
    /** The source in float32, the teacher. */
    public static final String SOURCE = "source.safetensors";

    /** How far the full network may be from its source, relative to the range of the source's outputs. */
    private static final double TOLERANCE = 1e-4;
    private static final int UNFOLD_IMAGES = 500;
    private static final int COMPARED_IMAGES = 16;

    private OnnxImport() {
    }

    /**
     * What a person says of the source.
     *
     * @param shape     extents of its input without the batch dimension, where the file leaves them open
     * @param mean      what was taken from each channel of an image in 0..1 before the source saw it; then the imported network does it itself
     * @param deviation what it was then divided by
     */
    public record Options(Optional<int[]> shape, Optional<float[]> mean, Optional<float[]> deviation) {

        /** Nothing. */
        public static final Options NONE = new Options(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * An axis that was found.
     *
     * @param share of the parameters of the network that its smallest prefix leaves out
     */
    public record Found(NestedAxis axis, double share) {
    }

    /**
     * What came of it.
     *
     * @param axes       what can be nested
     * @param share      of the parameters, those that some axis leaves out
     * @param difference between the full network and its source, relative to the range of the source's outputs
     * @param source     accuracy of the source in onnxruntime on the validation images
     */
    public record Imported(List<Found> axes, double share, double difference, double source) {
    }

    /**
     * Imports a file.
     *
     * @param data   a folder of images, or a YAML file whose {@code data} are meant
     * @param folder that the description, the checkpoint and the teacher are written to
     * @throws IOException           if the file cannot be read, naming it and the node that no operator stands for
     * @throws IllegalStateException if the full network does not compute what the source does, with the figures
     */
    public static Imported run(Path source, Path data, Options options, Settings settings, Path folder, Progress progress) throws IOException {
        Settings own = settings.withBase(folder);
        ImportedYaml yaml = new ImportedYaml(source.getFileName().toString(), ImportedData.yaml(data, folder, settings));
        ImportedNetwork bare = ImportedNetwork.read(source, options.shape(), Optional::empty);
        Files.createDirectories(folder);
        try (FullyNested reading = FullyNested.open(yaml.source(bare), own)) {
            DataSource.Splits images = reading.data();
            Tensor some = LabelledImages.shuffled(images.train(), Math.min(UNFOLD_IMAGES, images.train().size()), reading.seed()).joined();
            progress.report(0.1, "reads " + bare.block().nodes().size() + " nodes");
            ImportedNetwork network = ImportedNetwork.read(source, options.shape(), () -> Optional.of(seen(some, options)));
            progress.report(0.4, "ranks");
            ResidualOrder order = new ResidualOrder(network, reading.backend(), first(some, COMPARED_IMAGES), inputs(network, options));
            network = order.ranked();
            Supernet net = new Supernet(network.spec(yaml.nesting(network), ImportedYaml.FLOAT));
            Map<String, Tensor> all = new TreeMap<>(inputs(network, options));
            all.putAll(network.running());
            Map<String, Tensor> ranked = Ranking.byNorm(net, all);
            Backend engine = reading.backend();
            double difference = difference(source, new Model(net.compile(net.axes().full()), reading.parameters(ranked)), engine, first(some, COMPARED_IMAGES), options);
            progress.report(0.7, "writes");
            ranked.keySet().removeAll(network.running().keySet());
            write(FullyNested.open(yaml.source(network), own), ranked, folder.resolve(SOURCE));
            String nested = yaml.nested(network);
            String spec = nested + yaml.training(reading.costs().costs(reading.supernet().axes().full()).get("macs"));
            AtomicFile.write(folder.resolve(SPEC), out -> out.write(spec.getBytes(StandardCharsets.UTF_8)));
            write(FullyNested.open(folder.resolve(SPEC), settings), calibrated(nested, ranked, own), folder.resolve(CHECKPOINT));
            progress.report(1, "done");
            return new Imported(axes(net), share(net), difference, score(source, reading.scorer(), images.validation(), options).score());
        }
    }

    private static void write(FullyNested network, Map<String, Tensor> masters, Path file) throws IOException {
        try (TrainedSupernet net = network.trained(masters)) {
            net.save(file);
        }
    }

    /** The masters with the clips of signals, which follow the training images. */
    private static Map<String, Tensor> calibrated(String yaml, Map<String, Tensor> masters, Settings settings) {
        try (FullyNested fn = FullyNested.open(yaml, settings)) {
            Trainer.Start start = new Trainer.Start(Optional.of(masters), Optional.empty(), Optional.empty());
            try (TrainingSession session = new TrainingSession(fn.supernet(), fn.data().train(), fn.spec().training(), start, fn.seed(), fn.threads())) {
                return session.masters();
            }
        }
    }

    private static Map<String, Tensor> inputs(ImportedNetwork network, Options options) {
        Map<String, Tensor> masters = network.masters();
        options.mean().ifPresent(mean -> masters.put("input/mean", Tensor.vector(mean)));
        options.deviation().ifPresent(deviation -> masters.put("input/deviation", Tensor.vector(deviation)));
        return masters;
    }

    /** Images as the source saw them. */
    private static Tensor seen(Tensor images, Options options) {
        float[] values = images.data().clone();
        int channels = images.shape()[1];
        int area = images.shape()[2] * images.shape()[3];
        for (int i = 0; i < values.length; i++) {
            int channel = i / area % channels;
            values[i] = (values[i] - options.mean().map(mean -> mean[channel]).orElse(0f)) / options.deviation().map(one -> one[channel]).orElse(1f);
        }
        return new Tensor(images.shape(), values);
    }

    private static Tensor first(Tensor images, int count) {
        int[] shape = images.shape().clone();
        int size = images.data().length / shape[0];
        shape[0] = Math.min(count, shape[0]);
        return new Tensor(shape, Arrays.copyOf(images.data(), shape[0] * size));
    }

    /** On images of the data and on random ones; the larger of both. */
    private static double difference(Path source, Model full, Backend engine, Tensor natural, Options options) throws IOException {
        Tensor random = Tensor.zeros(natural.shape());
        Random draws = new Random(1);
        for (int i = 0; i < random.data().length; i++) {
            random.data()[i] = draws.nextFloat();
        }
        double difference = 0;
        try (OnnxSession session = OnnxSession.open(source, true, 1)) {
            for (Tensor images : List.of(natural, random)) {
                Tensor expected = session.run(seen(images, options));
                Tensor found = engine.run(full, images);
                double least = Double.POSITIVE_INFINITY;
                double greatest = Double.NEGATIVE_INFINITY;
                double largest = 0;
                for (int i = 0; i < expected.data().length; i++) {
                    least = Math.min(least, expected.data()[i]);
                    greatest = Math.max(greatest, expected.data()[i]);
                    largest = Math.max(largest, Math.abs(expected.data()[i] - found.data()[i]));
                }
                difference = Math.max(difference, largest / Math.max(greatest - least, Float.MIN_NORMAL));
            }
        }
        if (!(difference <= TOLERANCE)) {
            throw new IllegalStateException(source + ": the imported network differs from it by " + difference + " of the range of its outputs, more than "
                    + TOLERANCE + ". This should not be; please report it");
        }
        return difference;
    }

    private static Evaluation score(Path source, Scorer scorer, Dataset images, Options options) throws IOException {
        Scores scores = scorer.start();
        try (OnnxSession session = OnnxSession.open(source, true, 1)) {
            LabelledImages.of(images).forEach(batch -> scores.add(session.run(seen(batch.images(), options)).data(), batch.targets(), batch.images().shape()[0]));
        }
        return scores.evaluation();
    }

    private static List<Found> axes(Supernet net) {
        AxisSpace axes = net.axes();
        long whole = parameters(net.compile(axes.full()));
        List<Found> found = new ArrayList<>();
        for (NestedAxis axis : axes.axes()) {
            found.add(new Found(axis, 1 - (double) parameters(net.compile(axes.full().with(axis.id(), axis.smallest()))) / whole));
        }
        return found;
    }

    private static long parameters(Graph graph) {
        return graph.nodes().stream().flatMap(node -> node.operator().parameters().stream()).mapToLong(parameter -> parameter.slice().elements()).sum();
    }

    /** A parameter is on an axis if the smallest submodel lacks a part of its tensor, or all of it. */
    private static double share(Supernet net) {
        Map<String, Integer> kept = new TreeMap<>();
        net.compile(net.axes().smallest()).nodes().forEach(node -> node.operator().parameters()
                .forEach(parameter -> kept.put(parameter.slice().parameter(), parameter.slice().elements())));
        long whole = 0;
        long on = 0;
        for (var node : net.compile(net.axes().full()).nodes()) {
            for (var parameter : node.operator().parameters()) {
                whole += parameter.slice().elements();
                on += kept.getOrDefault(parameter.slice().parameter(), 0) < parameter.slice().elements() ? parameter.slice().elements() : 0;
            }
        }
        return (double) on / whole;
    }
}
