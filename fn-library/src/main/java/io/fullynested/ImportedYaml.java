package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.block.GraphNode;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.core.spec.SpecWriter;
import io.fullynested.core.task.Imitate;
import io.fullynested.onnx.source.ImportedNetwork;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The descriptions that an import writes. */
final class ImportedYaml {

    /** Nothing is a code. */
    static final QuantizationOptions FLOAT = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2));

    /** Budgets, by what they allow of the multiply-accumulates of the full network. */
    private static final Map<String, Double> SHARES = shares();
    private static final Level WHOLE = new Level(List.of(1.), 1, Granularity.LAYER);
    private static final int LARGE = 128;
    /** Images to be shown in all, where there are few of them again and again; without labels more often, as every second submodel is the full network. */
    private static final int SHOWN = 150_000;
    private static final int SHOWN_UNLABELLED = 350_000;
    private static final int LEAST_EPOCHS = 7;
    private static final int MOST_EPOCHS = 100;
    private static final int MOST_EPOCHS_UNLABELLED = 200;
    /** With 2,000 unlabelled images the full network agrees with its source on 97.1 % at this rate, and on 95.1 % at that of the recipe. */
    private static final String UNLABELLED_RATE = "0.02";
    /** Of the shorter side of an image, by how much it is shifted: 2 of 28 pixels were measured. */
    private static final int SHIFT = 14;
    private static final String MOST_LOST = "0.01";
    /** Nats of divergence from the source, of which 200 images tell what they cannot tell of agreement: 0.2 to 0.3 points of accuracy where it was measured. */
    private static final String MOST_DIVERGED = "0.0125";
    /** Batch norms measured on fewer cost the full network some tenths of a point; of large images many take long, and each has more pixels. */
    private static final int RECALIBRATION_IMAGES = 2000;
    private static final int LEAST_RECALIBRATION_IMAGES = 500;
    private static final int RECALIBRATION_NUMBERS = 1 << 22;
    /** Wider than what suits networks that learn with codes from the start: this one did not. */
    private static final double WEIGHT_CLIP = 3;

    private final String name;
    private final ImportedData images;
    private final ImportedNetwork network;

    /** Descriptions of one import. */
    ImportedYaml(Path source, ImportedData images, ImportedNetwork network) {
        this.name = source.getFileName().toString();
        this.images = images;
        this.network = network;
    }

    boolean labelled() {
        return lack().isEmpty();
    }

    /** Why there are no labels. */
    Optional<String> lack() {
        return images.lack();
    }

    DataSource.Splits images() {
        return images.splits();
    }

    /** The least and the greatest number of the images, if they are not within 0..1. */
    Optional<List<Double>> range() {
        return network.input().range();
    }

    /** What of the source is not as it was. */
    List<String> notes() {
        return network.notes();
    }

    /** The source itself: float32, nothing nested. */
    String source() {
        return "# " + name + ", as it was\n" + yaml(plain(network));
    }

    /** A network of which nothing is nested, and nothing is a code. */
    static NetworkSpec plain(ImportedNetwork network) {
        return network.spec(new NestingOptions(WHOLE, WHOLE, WHOLE, WHOLE), FLOAT);
    }

    /** Quarters of each axis, in multiples of 8 where channels are many; any number of heads and residual units. */
    NestingOptions nesting() {
        int most = network.block().nodes().stream().mapToInt(GraphNode::channels).max().orElse(1);
        Level quarters = new Level(List.of(.25, .5, .75, 1.), most >= LARGE ? 8 : most >= LARGE / 8 ? 4 : 1, Granularity.LAYER);
        Level every = new Level(List.of(), 1, Granularity.LAYER);
        return new NestingOptions(quarters, quarters, every, every);
    }

    /** The nested network. */
    String untrained() {
        Bits weights = new Bits(8, 4, List.of(4, 8), Granularity.NETWORK);
        Bits signals = new Bits(8, 8, List.of(8), Granularity.NETWORK);
        return "# " + name + ", nested: ./fn import wrote it\n" + yaml(network.spec(nesting(), new QuantizationOptions(Optional.of(weights),
                Optional.of(signals), new MidRise(WEIGHT_CLIP))));
    }

    /**
     * The same, how it is trained with the source as its teacher, and searched.
     *
     * @param macs of the full network
     */
    String nested(double macs) {
        int shown = labelled() ? SHOWN : SHOWN_UNLABELLED;
        int epochs = Math.max(LEAST_EPOCHS, Math.min(labelled() ? MOST_EPOCHS : MOST_EPOCHS_UNLABELLED, shown / images().train().size()));
        int recalibrated = Math.max(LEAST_RECALIBRATION_IMAGES, Math.min(RECALIBRATION_IMAGES, RECALIBRATION_NUMBERS / images().train().shape().elements()));
        Map<String, String> metadata = new TreeMap<>(network.metadata());
        metadata.keySet().removeIf(key -> key.startsWith("fullynested."));
        return untrained() + String.format(Locale.ROOT, """
                training:
                  recipe: import
                  epochs: %d
                %s
                %s
                  recalibration-images: %d
                %s
                search:
                  budgets:
                %s
                """, epochs, why("warm-start: {checkpoint: " + OnnxImport.CHECKPOINT + "}", "as it was imported and ranked"),
                        labelled() ? labels() : answers(), recalibrated, guard(), budgets(macs))
                + (metadata.isEmpty() && !images.frozen() ? "" : write(new Files(new Export(Optional.of(metadata).filter(some -> !some.isEmpty()),
                        images.frozen() ? Optional.of(Path.of(OnnxImport.TAIL)) : Optional.empty()))));
    }

    private static Map<String, Double> shares() {
        Map<String, Double> shares = new LinkedHashMap<>();
        shares.put("whole", 1.);
        shares.put("three-quarters", .75);
        shares.put("half", .5);
        shares.put("third", 1. / 3);
        shares.put("quarter", .25);
        return shares;
    }

    /** Those that some submodel meets. */
    private String budgets(double macs) {
        double least = least();
        return SHARES.entrySet().stream().filter(one -> one.getValue() >= least)
                .map(one -> String.format(Locale.ROOT, "    - {name: %s, macs: %.0f}", one.getKey(), one.getValue() * macs)).collect(Collectors.joining("\n"));
    }

    /** Why there is none of some budgets. */
    Optional<String> budgetless() {
        double least = least();
        return SHARES.values().stream().allMatch(share -> share >= least) ? Optional.empty() : Optional.of(String.format(Locale.ROOT,
                "the smallest submodel has %.0f %% of the multiply-accumulates, so there are no budgets below that%s%s", 100 * least,
                least < 1 ? "" : ": nothing but bits can be left out", least == 1 && images.frozen() ? ". Maybe another --freeze-from, further to the end?" : ""));
    }

    /** The share of its multiply-accumulates that the smallest submodel has. */
    private double least() {
        Supernet net = new Supernet(network.spec(nesting(), FLOAT));
        return (double) net.compile(net.axes().smallest()).macs() / net.compile(net.axes().full()).macs();
    }

    private static String labels() {
        return why("distillation: {from: teacher, teacher: " + OnnxImport.SOURCE + ", weight: 0.5}", "and the labels");
    }

    /** How the source's answers are learnt, of images that may be few. */
    private String answers() {
        Shape image = images().train().shape();
        int shift = Math.min(image.height(), image.width()) / SHIFT;
        return why("optimizer: {learning-rate: " + UNLABELLED_RATE + "}", "a fifth of the recipe's, so that the full network stays near the source")
                + (shift == 0 ? "" : "\n" + why("augmentation: {shift: " + shift + ", flip: true}", "the source is asked about each image as it is shown"));
    }

    /** What the full network may lose on validation images. */
    private String guard() {
        return labelled() ? why("guard: {most: " + MOST_LOST + "}", "of its score on validation images, that the full network may lose")
                : loss() == Imitate.Loss.KL
                ? why("guard: {most: " + MOST_DIVERGED + ", of: loss, full-every: 2}", "nats, on validation images, that the full network may go from the source")
                : why("guard: {most: " + MOST_LOST + ", full-every: 2}", "of its cosine on validation images, that the full network may lose");
    }

    /** A line of the training, and what is to be said of it. */
    private static String why(String line, String comment) {
        return String.format(Locale.ROOT, "  %-63s # %s", line, comment);
    }

    private Imitate.Loss loss() {
        Shape output = new Supernet(plain(network)).output();
        return !images.frozen() && output.flat() && output.channels() > 1 ? Imitate.Loss.KL : Imitate.Loss.MSE;
    }

    private record Files(@Option("how submodels are exported") Export export) {
    }

    private record Export(@Option("what files say about themselves") Optional<Map<String, String>> metadata, @Option("what they end in") Optional<Path> tail) {
    }

    private String yaml(NetworkSpec spec) {
        String task = labelled() ? "" : "task: {kind: imitate, checkpoint: " + OnnxImport.SOURCE + ", loss: " + loss().name().toLowerCase(Locale.ROOT) + "}\n";
        return images.yaml() + task + "network:\n" + write(spec).stripTrailing().indent(2);
    }

    private static String write(Record options) {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            return new SpecWriter(registry).write(options);
        }
    }
}
