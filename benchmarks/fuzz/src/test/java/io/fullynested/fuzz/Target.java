package io.fullynested.fuzz;

import io.fullynested.DeviceFile;
import io.fullynested.FullyNested;
import io.fullynested.RunSpec;
import io.fullynested.RunSummary;
import io.fullynested.Settings;
import io.fullynested.TrainingCurve;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target.Kind;
import io.fullynested.bundle.BundleFormat;
import io.fullynested.bundle.ByteSource;
import io.fullynested.bundle.Member;
import io.fullynested.bundle.NestedBundle;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.data.Cifar100Source;
import io.fullynested.core.data.Cifar10Source;
import io.fullynested.core.data.CsvSource;
import io.fullynested.core.data.IdxSource;
import io.fullynested.core.data.ImageFolderSource;
import io.fullynested.core.data.NpySource;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.Stopwatch;
import io.fullynested.onnx.remote.StopwatchServer;
import io.fullynested.onnx.source.ImportedNetwork;
import io.fullynested.search.FrontCsv;
import io.fullynested.search.SavedEvaluations;
import io.fullynested.training.UnfinishedTraining;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;

/** A reader, and all that it may throw. */
enum Target {

    IDX_IMAGES("train-images-idx3-ubyte", folder -> data(folder, new IdxSource("", List.of(), 1, Optional.empty(), 1))),
    IDX_LABELS("train-labels-idx1-ubyte", folder -> data(folder, new IdxSource("", List.of(), 1, Optional.empty(), 1))),
    CIFAR("data_batch_1.bin", folder -> data(folder, new Cifar10Source("", 1, Optional.empty(), 1))),
    NPY_IMAGES("x_train.npy", folder -> data(folder, npy(""))),
    NPY_LABELS("y_train.npy", folder -> data(folder, npy(""))),
    /** The second input of a network, beside its pictures. */
    NPY_PARTS("row_train.npy", folder -> data(folder, new NpySource("", List.of("x_{set}", "row_{set}"), "y_{set}", NpySource.Channels.LAST, List.of(), 1, Optional.empty(), 1))),
    NPY_TARGETS("t_train.npy", folder -> targets(folder, new NpySource("", List.of("x_{set}"), "t_{set}", NpySource.Channels.LAST, List.of(), 1, Optional.empty(), 1),
            Kind.NUMBERS, Kind.LABELS, Kind.CLASS_OF_PIXELS)),
    /** One array of images, which need no labels. */
    NPY_ALONE("alone.npy", folder -> targets(folder, npy("alone.npy"), Kind.NOTHING)),
    NPZ("all.npz", folder -> data(folder, npy("all.npz"))),
    CSV("table.csv", folder -> data(folder, new CsvSource("table.csv", List.of("last"), List.of(), true, ",", List.of(), Optional.empty(), Optional.empty(), 0.2, 0.2, 1))),
    CSV_TARGETS("targets.csv", folder -> targets(folder, new CsvSource("targets.csv", List.of("first", "last"), List.of(), true, ",", List.of(), Optional.empty(),
            Optional.empty(), 0.2, 0.2, 1), Kind.NUMBERS, Kind.LABELS)),
    CIFAR100("train.bin", folder -> data(folder, new Cifar100Source("", Cifar100Source.Detail.COARSE, 1, Optional.empty(), 1))),
    MASK("pixels/train/masks/0.png", folder -> targets(folder, new ImageFolderSource("pixels", ImageFolderSource.Colors.GRAY, Optional.of(4), Optional.of(4), 1, 1, true, 1,
            List.of()), Kind.CLASS_OF_PIXELS)),
    PICTURE("train/a/0.png", folder -> data(folder, new ImageFolderSource("", ImageFolderSource.Colors.RGB, Optional.of(4), Optional.of(4), 1, 1, true, 1, List.of()))),
    CHECKPOINT("checkpoint.safetensors", folder -> Checkpoint.read(folder.resolve("checkpoint.safetensors"))),
    NETWORK("network.safetensors", folder -> FullyNested.load(folder.resolve("network.safetensors"), Settings.standard()).close()),
    /** The sample of training images within, behind the digest, which whoever forges a checkpoint makes, too. */
    SAMPLE("sample", folder -> FullyNested.load(sampled(folder), Settings.standard()).close()),
    UNFINISHED("training.unfinished", folder -> new UnfinishedTraining(folder.resolve("training.unfinished"), "key").exists()),
    BUNDLE("family.fnb", folder -> bundle(NestedBundle.open(folder.resolve("family.fnb")))),
    /** Behind the checksum, which whoever forges a bundle makes, too. */
    BUNDLE_HEAD("head", folder -> bundle(NestedBundle.open(forged(Files.readAllBytes(folder.resolve("head")))))),
    YAML("network.yaml", folder -> spec(folder.resolve("network.yaml"), RunSpec.class)),
    DEVICE("device.yaml", folder -> spec(folder.resolve("device.yaml"), DeviceFile.class)),
    ONNX("network.onnx", folder -> onnx(folder.resolve("network.onnx"))),
    /** A network that was trained elsewhere, as ./fn import reads it. */
    SOURCE("source.onnx", folder -> imported(ImportedNetwork.read(folder.resolve("source.onnx"), Optional.empty(), Optional::empty))),
    /** What another machine asks ./fn time. */
    QUESTIONS("questions", folder -> StopwatchServer.serve(new ByteArrayInputStream(Files.readAllBytes(folder.resolve("questions"))), OutputStream.nullOutputStream(),
            (file, batch, threads) -> new Stopwatch.Reading(file.length, Map.of()), "here")),
    SUMMARY("summary.json", folder -> RunSummary.read(folder.resolve("summary.json"))),
    FRONT("front.csv", folder -> FrontCsv.read(folder.resolve("front.csv"))),
    CURVE("training.csv", folder -> TrainingCurve.readCsv(folder.resolve("training.csv"))),
    EVALUATIONS("evaluations.csv", folder -> new SavedEvaluations(folder.resolve("evaluations.csv"), "key", NoEvaluator.ONE).close()),
    JAR("plugin.jar", folder -> PluginRegistry.load(List.of(folder)).close());

    private static final PluginRegistry REGISTRY = PluginRegistry.load(List.of());

    private static final Checkpoint TRAINED = trained();

    private interface Reading {
        void read(Path folder) throws IOException;
    }

    private final String file;
    private final Reading reading;

    Target(String file, Reading reading) {
        this.file = file;
        this.reading = reading;
    }

    /** Where inputs are that it reads rightly, or that were once found to break it. */
    String folder() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads an input; whatever else it throws is a defect.
     *
     * @param folder with the files that belong to it, which this one is put beside
     * @return whether it was read rightly
     */
    boolean read(byte[] input, Path folder) throws IOException {
        Files.write(folder.resolve(file), input);
        try {
            reading.read(folder);
            return true;
        } catch (UnreadableException | ConfigurationException e) {
            return false;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof UnreadableException) {
                return false;
            }
            throw e;
        } catch (IOException e) {
            // what fn-bundle, which knows nothing of the others, documents, and who talks to another machine
            if (this == BUNDLE || this == BUNDLE_HEAD || this == QUESTIONS) {
                return false;
            }
            throw e;
        }
    }

    private static NpySource npy(String path) {
        return new NpySource(path, List.of("x_{set}"), "y_{set}", NpySource.Channels.LAST, List.of(), 1, Optional.empty(), 1);
    }

    private static void data(Path folder, DataSource source) throws IOException {
        DataSource.Splits splits = source.open(folder);
        Dataset train = splits.train();
        float[] image = new float[train.shape().elements()];
        for (int i = 0; i < Math.min(3, train.size()); i++) {
            train.read(i, image, 0);
            train.label(i);
        }
    }

    /** As each kind of target; right if one of them is. */
    private static void targets(Path folder, DataSource source, Kind... kinds) throws IOException {
        UnreadableException problem = null;
        int right = 0;
        for (Kind kind : kinds) {
            try {
                DataSource.Splits splits = source.open(folder, kind);
                Dataset train = splits.train();
                float[] numbers = new float[train.shape().elements() + train.target().size()];
                for (int i = 0; i < Math.min(3, train.size()); i++) {
                    train.read(i, numbers, 0);
                    train.readTarget(i, numbers, train.shape().elements());
                }
                right++;
            } catch (UnreadableException e) {
                problem = e;
            }
        }
        if (right == 0 && problem != null) {
            throw problem;
        }
    }

    private static Path sampled(Path folder) throws IOException {
        Map<String, String> metadata = new TreeMap<>(TRAINED.metadata());
        metadata.put("sample", new String(Files.readAllBytes(folder.resolve("sample")), StandardCharsets.UTF_8));
        Path forged = folder.resolve("forged.safetensors");
        new Checkpoint(metadata, TRAINED.tensors()).write(forged);
        return forged;
    }

    private static Checkpoint trained() {
        try {
            return Checkpoint.read(Path.of("corpus/network/right-tiny.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void imported(ImportedNetwork network) {
        network.masters();
        network.running();
    }

    private static void bundle(NestedBundle bundle) throws IOException {
        for (Member member : bundle.members()) {
            bundle.ranges(member.name());
            bundle.onnx(member.name());
        }
    }

    private static ByteSource forged(byte[] head) throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            out.write(head);
        }
        byte[] bytes = deflated.toByteArray();
        return ByteSource.of("forged", ByteBuffer.allocate(BundleFormat.PREAMBLE + bytes.length + 4096).put(BundleFormat.MAGIC.getBytes(StandardCharsets.US_ASCII))
                .putInt(BundleFormat.VERSION).putInt(bytes.length).putInt(BundleFormat.checksum(bytes)).put(bytes).array());
    }

    private static <R extends Record> void spec(Path file, Class<R> root) {
        new SpecReader(REGISTRY).read(file, root);
    }

    private static void onnx(Path file) throws IOException {
        OnnxFile onnx = OnnxFile.read(file);
        InputFile.read(file, () -> Map.of(OnnxCosts.of(onnx.proto()), onnx.bytes()));
    }
}
