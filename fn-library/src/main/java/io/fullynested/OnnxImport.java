package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.search.Evaluation;
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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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

    private static final int UNFOLD_IMAGES = 5000;
    private static final int COMPARED_IMAGES = 16;
    /** Of larger images fewer, so that they are not more numbers than these. */
    private static final int UNFOLD_NUMBERS = 1 << 22;
    private static final int COMPARED_NUMBERS = 1 << 20;
    private static final int CALIBRATION_IMAGES = 64;
    private static final int CALIBRATION_NUMBERS = 1 << 21;
    private static final int LEAST_IMAGES = 4;
    /** Below this a source does not know these images. */
    private static final double UNKNOWN = 0.2;
    /** A source and itself with the statistics of these images should agree on that share. */
    private static final double AGREES = 0.9;

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
     * @param source     score of the source in onnxruntime on the validation images; without labels, how far it agrees with itself once its batch
     *                   norms are measured on these images
     * @param begins     score of the full network with its codes, before any training
     * @param notes      what a person should know
     */
    public record Imported(List<Found> axes, double share, double difference, String metric, double source, double begins, List<String> notes) {

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

    private static Imported nested(Path source, Path data, Options options, Settings settings, Path folder, Progress progress) throws IOException {
        AtomicBoolean folded = new AtomicBoolean();
        ImportedNetwork bare = ImportedNetwork.read(source, options.shape(), () -> {
            folded.set(true);
            return Optional.empty();
        });
        SourceModel original = new SourceModel(source, options.normalization(bare.input().shape().channels()));
        ImportedData images = ImportedData.open(data, bare.input(), new Supernet(ImportedYaml.plain(bare)).output().elements(), folder, settings,
                options.freezeFrom());
        Settings own = settings.withBase(folder).withData(there -> images.splits());
        Dataset train = images.splits().train();
        int size = train.shape().elements();
        Tensor some = LabelledImages.shuffled(train, Math.min(count(UNFOLD_IMAGES, UNFOLD_NUMBERS, size), train.size()), settings.seed().orElse(1)).joined();
        Tensor few = first(some, count(COMPARED_IMAGES, COMPARED_NUMBERS, size));
        tell(progress, 0.1, "reads " + bare.block().nodes().size() + " nodes");
        ImportedNetwork unfolded = folded.get() ? ImportedNetwork.read(source, options.shape(), () -> Optional.of(original.seen(some))).sharing(bare) : bare;
        ImportedNetwork network = unfolded.taking(original.normalization(), range(some));
        boolean anew = !Files.exists(folder);
        try {
            Files.createDirectories(folder);
            ImportedNetwork exact = bare.taking(original.normalization(), range(some));
            write(new ImportedYaml(source, images, exact), exact.masters(), own, folder);
            Imported imported = nested(original, images, network, few, own, folder, progress);
            progress.report(1, "done");
            return imported;
        } catch (IOException | RuntimeException e) {
            for (String name : List.of(SPEC, CHECKPOINT, SOURCE, TAIL)) {
                Files.deleteIfExists(folder.resolve(name));
            }
            if (anew) {
                Files.deleteIfExists(folder);
            }
            throw e;
        }
    }

    /** Ranks the network, sees that it is the source, and writes it. */
    private static Imported nested(SourceModel original, ImportedData images, ImportedNetwork network, Tensor few, Settings own, Path folder, Progress progress)
            throws IOException {
        Map<String, Tensor> ranked;
        ImportedYaml yaml;
        Imported found;
        try (FullyNested reading = FullyNested.open(new ImportedYaml(original.file(), images, network).source(), own)) {
            tell(progress, 0.4, "ranks");
            ImportedNetwork ordered = new ResidualOrder(network, reading.backend(), few).ranked();
            yaml = new ImportedYaml(original.file(), images, ordered);
            Supernet net = new Supernet(ordered.spec(yaml.nesting(), ImportedYaml.FLOAT));
            Map<String, Tensor> all = new TreeMap<>(ordered.masters());
            all.putAll(ordered.running());
            ranked = Ranking.byNorm(net, all);
            double difference = original.difference(new Model(net.compile(net.axes().full()), reading.parameters(ranked)), reading.backend(), few);
            ranked.keySet().removeAll(ordered.running().keySet());
            found = new Imported(axes(net), share(net), difference, "", 0, 0, List.of());
        }
        tell(progress, 0.7, "writes");
        return write(original, yaml, ranked, own, folder, found);
    }

    /** Writes the source as a teacher, with no batch norm put back: its answers need no statistics of some images. */
    private static void write(ImportedYaml exact, Map<String, Tensor> masters, Settings own, Path folder) throws IOException {
        try (FullyNested teacher = FullyNested.open(exact.source(), own)) {
            // the source needs no teacher, which it is
            write(teacher, masters, own.data().orElseThrow().open(teacher.base()).train(), folder.resolve(SOURCE));
        }
    }

    /** Writes the description, and the nested network with the clips of its signals; and measures. */
    private static Imported write(SourceModel original, ImportedYaml yaml, Map<String, Tensor> ranked, Settings own, Path folder, Imported found)
            throws IOException {
        try (FullyNested teacher = FullyNested.open(yaml.source(), own)) {
            AtomicFile.write(folder.resolve(SPEC), out -> out.write(yaml.nested(teacher.costs().costs(teacher.supernet().axes().full()).get("macs"))
                    .getBytes(StandardCharsets.UTF_8)));
        }
        try (FullyNested teacher = FullyNested.open(yaml.source(), own); FullyNested nested = FullyNested.open(folder.resolve(SPEC), own)) {
            Map<String, Tensor> calibrated = calibrated(nested, ranked, yaml.images().train());
            write(nested, calibrated, nested.data().train(), folder.resolve(CHECKPOINT));
            Dataset images = nested.data().validation();
            double score = original.score(nested.scorer(), images);
            double anew = yaml.labelled() ? teacher.trained(ranked).evaluate(teacher.supernet().axes().full(), images).score() : 1;
            double blind = nested.scorer().blind(images).map(Evaluation::score).orElse(0.);
            TrainedSupernet begins = nested.trained(calibrated);
            return new Imported(found.axes(), found.share(), found.difference(), nested.metric(), score, begins.evaluate(begins.axes().full(), images).score(),
                    notes(yaml, score, anew, blind));
        }
    }

    private static List<String> notes(ImportedYaml yaml, double score, double anew, double blind) {
        List<String> notes = new ArrayList<>(yaml.notes());
        yaml.lack().ifPresent(lack -> notes.add("there are no labels (" + lack + "), so the network learns to answer as the source does"));
        yaml.range().ifPresent(range -> notes.add("these images hold numbers in " + range.get(0) + ".." + range.get(1) + ", and the source is fed them as they "
                + "are. Maybe it wants 0..1?"));
        String maybe = ". Maybe the source wants images in another range, --mean and --deviation, or these are none of what it was trained on?";
        if (yaml.labelled() && score < blind + UNKNOWN * (1 - blind)) {
            notes.add(String.format(Locale.ROOT, "the source is right on %.1f %% of these images, hardly more than the %.1f %% of who sees none%s", 100 * score,
                    100 * blind, maybe.replace("?", ", or classes are in another order?")));
        } else if (anew - score > 1 - AGREES || !yaml.labelled() && score < AGREES) {
            notes.add(String.format(Locale.ROOT, "in these images the source's batch norms find other statistics than those it was trained on: %s%s",
                    yaml.labelled() ? String.format(Locale.ROOT, "with them it would be right on %.1f %%, and is on %.1f %%", 100 * anew, 100 * score)
                            : String.format(Locale.ROOT, "with them it agrees with itself on %.1f %%", 100 * score), maybe));
        }
        return notes;
    }

    /** @throws CancellationException if it is not wanted any more */
    private static void tell(Progress progress, double done, String message) {
        if (progress.cancelled()) {
            throw new CancellationException("The import was cancelled");
        }
        progress.report(done, message);
    }

    private static void write(FullyNested network, Map<String, Tensor> masters, Dataset images, Path file) throws IOException {
        network.supernet().requireMasters(masters);
        TrainingSample sample = TrainingSample.of(images, network.spec().training().recalibrationImages(), network.seed());
        new Checkpoint(network.metadata(Optional.empty(), Optional.empty(), Optional.of(sample.text())).write(file, NestedNetwork.version()), masters).write(file);
    }

    /** The masters with the clips of signals, which follow the training images. */
    private static Map<String, Tensor> calibrated(FullyNested nested, Map<String, Tensor> masters, Dataset train) {
        int batch = Math.min(train.size(), count(CALIBRATION_IMAGES, CALIBRATION_NUMBERS, train.shape().elements()));
        Map<String, Tensor> calibrated = new TreeMap<>(masters);
        calibrated.putAll(SignalClips.of(nested.supernet(), masters, train, batch, nested.seed(), nested.threads()));
        return calibrated;
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
