package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.search.Progress;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.Normalization;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.source.ImportedNetwork;
import io.fullynested.training.SignalClips;
import io.fullynested.training.TorchEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

    /** What is left as it is, if something is. */
    public static final String TAIL = "tail.onnx";

    /** The ranked masters, which wait there while others are in memory. */
    private static final String RANKED = "ranked.safetensors";
    private static final int UNFOLD_IMAGES = 5000;
    private static final int COMPARED_IMAGES = 16;
    /** Of larger images fewer, so that they are not more numbers than these. */
    private static final int UNFOLD_NUMBERS = 1 << 22;
    private static final int COMPARED_NUMBERS = 1 << 20;
    private static final int CALIBRATION_IMAGES = 64;
    private static final int CALIBRATION_NUMBERS = 1 << 21;
    private static final int LEAST_IMAGES = 4;

    private OnnxImport() {
    }

    /**
     * What a person says of the source.
     *
     * @param shape     extents of its input without the batch dimension, where the file leaves them open
     * @param mean      what was taken from each channel of an image in 0..1 before the source saw it; then the imported network does it itself
     * @param deviation what it was then divided by
     * @param freezeFrom the name of a node: it, and all that is computed of what it takes, is left as it is, and exported files end in it
     */
    public record Options(Optional<int[]> shape, Optional<float[]> mean, Optional<float[]> deviation, Optional<String> freezeFrom) {

        /** @throws IllegalArgumentException if there is no number to take away or to divide by, naming it */
        public Options {
            mean.ifPresent(numbers -> check("mean", numbers, Float::isFinite, "numbers"));
            deviation.ifPresent(numbers -> check("deviation", numbers, number -> number >= Float.MIN_NORMAL && number <= Float.MAX_VALUE, "numbers above 0"));
        }

        private static void check(String what, float[] numbers, Predicate<Float> fit, String legal) {
            for (float number : numbers) {
                if (!fit.test(number)) {
                    throw new IllegalArgumentException("a " + what + " of " + number + ": " + legal + " are needed");
                }
            }
        }

        /** Nothing. */
        public static final Options NONE = new Options(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        /** @throws IllegalArgumentException if there is not one number for each channel */
        private Normalization normalization(int channels) {
            if (mean.isEmpty() && deviation.isEmpty()) {
                return Normalization.Word.NONE;
            }
            return new Normalization.Given(each("mean", mean, 0, channels), each("deviation", deviation, 1, channels));
        }

        private static List<Double> each(String what, Optional<float[]> given, double standard, int channels) {
            List<Double> numbers = new ArrayList<>(Collections.nCopies(channels, standard));
            if (given.isPresent() && given.get().length != channels) {
                throw new IllegalArgumentException("the network takes " + channels + " channels, so it needs as many numbers of " + what + ", found "
                        + given.get().length);
            }
            for (int i = 0; given.isPresent() && i < channels; i++) {
                numbers.set(i, Double.valueOf(Float.toString(given.get()[i])));
            }
            return numbers;
        }
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
     * @param metric     what the scores are of
     * @param source     score of the source in onnxruntime on the validation images; without labels, how far it agrees with the teacher that was made of it
     * @param begins     score of the full network with its codes, before any training
     * @param notes      what a person should know
     */
    public record Imported(List<Found> axes, double share, double difference, String metric, double source, double begins, List<String> notes) {

        private Imported scored(ImportScores scores) {
            return new Imported(axes, share, difference, scores.metric(), scores.source(), scores.begins(), scores.notes());
        }

        private Imported noting(List<String> more) {
            return new Imported(axes, share, difference, metric, source, begins, Stream.concat(notes.stream(), more.stream()).toList());
        }
    }

    /**
     * Imports a file.
     *
     * @param data   a folder of images, NumPy arrays, or a YAML file whose {@code data} are meant; labels may be missing
     * @param folder that the description, the checkpoint and the teacher are written to
     * @throws IOException              if the file or the data cannot be read, naming the file and the node that no operator stands for; nothing
     *                                  is written then
     * @throws IllegalArgumentException if what a person says of the source is not true
     * @throws IllegalStateException    if the full network does not compute what the source does, with the figures
     */
    public static Imported run(Path source, Path data, Options options, Settings settings, Path folder, Progress progress) throws IOException {
        if (options.freezeFrom().isEmpty()) {
            return nested(source, data, options, settings, folder, progress);
        }
        Path parts = Files.createTempDirectory("fullynested-import");
        Path before = parts.resolve(source.getFileName().toString());
        Path after = parts.resolve("behind." + TAIL);
        try {
            List<String> notes = ImportedNetwork.cut(source, options.freezeFrom().get(), before, after);
            Imported imported = nested(before, data, options, settings, folder, progress);
            AtomicFile.write(folder.resolve(TAIL), out -> Files.copy(after, out));
            return imported.noting(notes);
        } catch (IOException e) {
            throw e.getMessage() == null || !e.getMessage().contains(before.toString()) ? e : new IOException(e.getMessage().replace(before.toString(), source.toString()), e);
        } finally {
            Files.deleteIfExists(before);
            Files.deleteIfExists(after);
            Files.deleteIfExists(parts);
        }
    }

    /**
     * What was read, before anything is written.
     *
     * @param bare    the source as it is
     * @param network the same with the batch norms put back that an exporter folded away
     * @param answers of the source
     * @param own     settings by which what lies in the folder is opened
     */
    private record Opened(ImportedNetwork bare, ImportedNetwork network, SourceModel original, SourceModel.Answers answers, ImportedData images, Settings own) {
    }

    /** One stage after the other, each of which leaves only what the next one needs: all numbers of a large network a few times are too much for memory. */
    private static Imported nested(Path source, Path data, Options options, Settings settings, Path folder, Progress progress) throws IOException {
        Opened opened = open(source, data, options, settings, folder, progress);
        boolean anew = !Files.exists(folder);
        try {
            Files.createDirectories(folder);
            tell(progress, 0.3, "writes the source");
            write(new ImportedYaml(source, opened.images, opened.bare), teacher(opened.bare), opened.own, folder);
            tell(progress, 0.4, "ranks");
            Ranked ranked = ranked(opened, folder);
            SourceModel original = opened.original;
            Settings own = opened.own;
            boolean statistics = !opened.bare.statistics().isEmpty();
            opened = null;
            tell(progress, 0.6, "writes");
            write(ranked, own, folder, progress);
            ImportScores scores = ImportScores.of(original, ranked.yaml, statistics, own, folder, (done, message) -> tell(progress, done, message));
            progress.report(1, "done");
            return ranked.found.scored(scores);
        } catch (IOException | RuntimeException e) {
            for (String name : List.of(SPEC, CHECKPOINT, SOURCE, TAIL, RANKED)) {
                Files.deleteIfExists(folder.resolve(name));
            }
            if (anew) {
                Files.deleteIfExists(folder);
            }
            throw e;
        }
    }

    private static Opened open(Path source, Path data, Options options, Settings settings, Path folder, Progress progress) throws IOException {
        AtomicBoolean folded = new AtomicBoolean();
        ImportedNetwork bare = ImportedNetwork.read(source, options.shape(), () -> {
            folded.set(true);
            return Optional.empty();
        });
        SourceModel original = new SourceModel(source, options.normalization(bare.input().shape().channels()));
        ImportedData images = ImportedData.open(data, bare.input(), new Supernet(ImportedYaml.plain(bare)).output().elements(), folder, settings,
                options.freezeFrom());
        Dataset train = images.splits().train();
        int size = train.shape().elements();
        Tensor some = LabelledImages.shuffled(train, Math.min(count(UNFOLD_IMAGES, UNFOLD_NUMBERS, size), train.size()), settings.seed().orElse(1)).joined();
        tell(progress, 0.1, "reads " + bare.block().nodes().size() + " nodes");
        ImportedNetwork unfolded = folded.get() ? ImportedNetwork.read(source, options.shape(), () -> Optional.of(original.seen(some))).sharing(bare) : bare;
        tell(progress, 0.2, "asks the source");
        SourceModel.Answers answers = original.answers(first(some, count(COMPARED_IMAGES, COMPARED_NUMBERS, size)));
        return new Opened(bare.taking(original.normalization(), range(some)), unfolded.taking(original.normalization(), range(some)), original, answers, images,
                settings.withBase(folder).withData(there -> images.splits()));
    }

    /** The masters of the source as it was, with the statistics of its own batch norms: its answers need none of some images. */
    private static Map<String, Tensor> teacher(ImportedNetwork bare) {
        return all(bare.masters(), bare.running());
    }

    private static Map<String, Tensor> all(Map<String, Tensor> some, Map<String, Tensor> others) {
        Map<String, Tensor> all = new TreeMap<>(some);
        all.putAll(others);
        return all;
    }

    /** The ranked network, which is the source. Its numbers lie in a file. */
    private record Ranked(ImportedYaml yaml, Imported found) {
    }

    private static Ranked ranked(Opened opened, Path folder) throws IOException {
        ImportedNetwork network = opened.network;
        try (FullyNested reading = FullyNested.open(new ImportedYaml(opened.original.file(), opened.images, network).source(), opened.own)) {
            ImportedNetwork ordered = new ResidualOrder(network, reading.backend(), opened.answers.natural()).ranked();
            ImportedYaml yaml = new ImportedYaml(opened.original.file(), opened.images, ordered.withoutNumbers());
            Supernet net = new Supernet(ordered.spec(yaml.nesting(), ImportedYaml.FLOAT));
            Map<String, Tensor> ranked = Ranking.byNorm(net, all(ordered.masters(), ordered.running()));
            double difference = opened.answers.difference(new Model(net.compile(net.axes().full()), reading.parameters(ranked)), reading.backend());
            ranked.keySet().removeAll(ordered.running().keySet());
            new Checkpoint(Map.of(), ranked).write(folder.resolve(RANKED));
            List<Found> axes = new ArrayList<>();
            ImportedAxes.shares(net).forEach((axis, share) -> axes.add(new Found(axis, share)));
            return new Ranked(yaml, new Imported(axes, ImportedAxes.share(net), difference, "", 0, 0, List.of()));
        }
    }

    /** Writes the source as a teacher, with no batch norm put back. */
    private static void write(ImportedYaml exact, Map<String, Tensor> masters, Settings own, Path folder) throws IOException {
        try (FullyNested teacher = FullyNested.open(exact.source(), own)) {
            // the source needs no teacher, which it is
            write(teacher, masters, sample(teacher, own.data().orElseThrow().open(teacher.base()).train()), folder.resolve(SOURCE));
        }
    }

    /** Writes the description, and the nested network with the clips of its signals. */
    private static void write(Ranked ranked, Settings own, Path folder, Progress progress) throws IOException {
        try (FullyNested teacher = FullyNested.open(ranked.yaml.source(), own)) {
            AtomicFile.write(folder.resolve(SPEC), out -> out.write(ranked.yaml.nested(teacher.costs().costs(teacher.supernet().axes().full()).get("macs"))
                    .getBytes(StandardCharsets.UTF_8)));
        }
        try (FullyNested nested = FullyNested.open(folder.resolve(SPEC), own)) {
            Path waiting = folder.resolve(RANKED);
            Map<String, Tensor> clips = clips(nested, waiting, ranked.yaml.images().train());
            tell(progress, 0.7, "writes the nested network");
            TrainingSample sample = sample(nested, nested.data().train());
            nested.restTeacher();
            System.gc();
            write(nested, all(Checkpoint.read(waiting).tensors(), clips), sample, folder.resolve(CHECKPOINT));
            Files.delete(waiting);
        }
    }

    /**
     * Says what comes next, and lets go of what came before: a heap that has room is not looked through, while LibTorch and onnxruntime need memory of
     * their own.
     *
     * @throws CancellationException if it is not wanted any more
     */
    private static void tell(Progress progress, double done, String message) {
        if (progress.cancelled()) {
            throw new CancellationException("The import was cancelled");
        }
        System.gc();
        TorchEngine.trim();
        progress.report(done, message);
    }

    private static TrainingSample sample(FullyNested network, Dataset images) {
        return TrainingSample.of(images, network.spec().training().recalibrationImages(), network.seed());
    }

    private static void write(FullyNested network, Map<String, Tensor> masters, TrainingSample sample, Path file) throws IOException {
        network.supernet().requireMasters(masters);
        new Checkpoint(network.metadata(Optional.empty(), Optional.empty(), Optional.of(sample.text())).write(file, NestedNetwork.version()), masters).write(file);
    }

    /** The clips of signals, which follow the training images. */
    private static Map<String, Tensor> clips(FullyNested nested, Path masters, Dataset train) throws IOException {
        int batch = Math.min(train.size(), count(CALIBRATION_IMAGES, CALIBRATION_NUMBERS, train.shape().elements()));
        return SignalClips.of(nested.supernet(), () -> Checkpoint.read(masters).tensors(), train, batch, nested.seed(), nested.threads());
    }

    private static int count(int images, int numbers, int size) {
        return Math.max(LEAST_IMAGES, Math.min(images, numbers / size));
    }

    /** Of images that are not within 0..1. */
    private static Optional<List<Double>> range(Tensor images) {
        double least = 0;
        double most = 1;
        for (float number : images.data()) {
            least = Math.min(least, number);
            most = Math.max(most, number);
        }
        return least == 0 && most == 1 ? Optional.empty() : Optional.of(List.of(Math.floor(least), Math.ceil(most)));
    }

    private static Tensor first(Tensor images, int count) {
        int[] shape = images.shape().clone();
        int size = images.data().length / shape[0];
        shape[0] = Math.min(count, shape[0]);
        return new Tensor(shape, Arrays.copyOf(images.data(), shape[0] * size));
    }
}
