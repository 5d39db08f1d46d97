import io.fullynested.FullyNested;
import io.fullynested.OnnxImport;
import io.fullynested.RunSpec;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Progress;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.source.ImportedNetwork;
import io.fullynested.training.Ranks;
import io.fullynested.training.SubmodelSampler;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingLength;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingOptions;
import io.fullynested.training.TrainingSession;
import io.fullynested.training.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How accurate imported networks are once they are nested, beside networks of the same sizes that were trained alone or pruned. Arguments: a folder with
 * data.yaml, unlabelled/ and the sources as NET.onnx, as train_sources.py leaves it; a CSV file; and pieces NET:PIECE:SEED. Rows are added to the file
 * as soon as a piece is done; pieces whose rows are there are left out, so the same command goes on with what was stopped.
 *
 * <p>PIECE is one of source, untrained, nested, no-ranking, no-teacher, no-unfold, label-free, twin-half, twin-quarter, pruned-half; or a name with
 * overrides of the description, {@code NAME+training.epochs=2+…}, for trials.
 */
public final class ImportAccuracy {

    private static final String HEADER = "net,piece,seed,submodel,share_of_macs,cost,validation,test,agreement,seconds";
    private static final int TWIN_EPOCHS = 15;
    /** What nesting and pruning cost: forward and backward passes of the full network over all training images. */
    private static final double COST = 3;
    private static final double TWIN_RATE = 0.2;
    private static final double PRUNED_RATE = 0.05;
    /** As many images as the import looks at to put batch norms back. */
    private static final int UNFOLDED_ON = 5000;
    /** A step costs a forward pass and twice as much backward; a teacher's answers the former. */
    private static final double TEACHER = 1.0 / 3;

    private final Path folder;
    private final Path csv;
    private final Map<String, int[]> answers = new HashMap<>();

    private ImportAccuracy(Path folder, Path csv) {
        this.folder = folder;
        this.csv = csv;
    }

    /** What was trained. */
    private record Trained(TrainedSupernet network, double cost, Map<String, SubmodelSpec> submodels) {
    }

    public static void main(String[] args) throws IOException {
        ImportAccuracy all = new ImportAccuracy(Path.of(args[0]), Path.of(args[1]));
        for (String piece : List.of(args).subList(2, args.length)) {
            String[] parts = piece.split(":(?=[a-z])|:(?=[0-9]+$)", 3);
            all.run(parts[0], parts[1].split("\\+"), Long.parseLong(parts[2]), String.join(",", parts[0], parts[1].replace(",", ";"), parts[2]) + ",");
        }
    }

    private void run(String net, String[] piece, long seed, String key) throws IOException {
        if (!Files.exists(csv)) {
            Files.writeString(csv, HEADER + "\n");
        }
        if (Files.readAllLines(csv).stream().anyMatch(line -> line.startsWith(key))) {
            return;
        }
        // what is looked at on the way changes nothing but the time
        Map<String, String> overrides = new LinkedHashMap<>(Map.of("training.validation.every", "0"));
        for (String override : List.of(piece).subList(1, piece.length)) {
            overrides.put(override.split("=", 2)[0], override.split("=", 2)[1]);
        }
        Settings settings = Settings.standard().withThreads(1).withSeed(seed).withOverrides(overrides);
        boolean free = piece[0].startsWith("label-free");
        Path imported = folder.resolve(net + (free ? "-label-free" : ""));
        if (!Files.exists(imported.resolve(OnnxImport.CHECKPOINT))) {
            System.err.println(OnnxImport.run(folder.resolve(net + ".onnx"), folder.resolve(free ? "unlabelled" : "data.yaml"), OnnxImport.Options.NONE,
                    Settings.standard().withThreads(1).withSeed(1), imported, Progress.NONE));
        }
        long start = System.nanoTime();
        StringBuilder rows = new StringBuilder();
        try (FullyNested labelled = FullyNested.open(folder.resolve(net).resolve(OnnxImport.SPEC), Settings.standard().withThreads(1));
             FullyNested described = open(net, piece[0], imported, settings)) {
            if (piece[0].equals("source")) {
                Dataset test = labelled.data().test();
                rows.append(row(key, "full", 1, 0, score(source(net, "validation", labelled.data().validation()), labelled.data().validation()),
                        score(source(net, "test", test), test), 1, start));
            } else {
                Trained trained = train(described, piece[0], imported);
                double whole = described.costs().costs(described.supernet().axes().full()).get("macs");
                for (Map.Entry<String, SubmodelSpec> submodel : trained.submodels().entrySet()) {
                    int[] validation = top(trained.network().outputs(submodel.getValue(), Format.QDQ_INT8, LabelledImages.of(labelled.data().validation())));
                    int[] test = top(trained.network().outputs(submodel.getValue(), Format.QDQ_INT8, LabelledImages.of(labelled.data().test())));
                    rows.append(row(key, submodel.getKey(), described.costs().costs(submodel.getValue()).get("macs") / whole, trained.cost(),
                            score(validation, labelled.data().validation()), score(test, labelled.data().test()),
                            agreement(test, source(net, "test", labelled.data().test())), start));
                }
            }
        }
        System.out.print(rows);
        Files.writeString(csv, rows, StandardOpenOption.APPEND);
    }

    private static String row(String key, String submodel, double share, double cost, double validation, double test, double agreement, long start) {
        return key + String.format(Locale.ROOT, "%s,%.4f,%.2f,%.2f,%.2f,%.2f,%.0f%n", submodel, share, cost, 100 * validation, 100 * test, 100 * agreement,
                (System.nanoTime() - start) / 1e9);
    }

    /** The description of a piece. */
    private FullyNested open(String net, String piece, Path imported, Settings settings) throws IOException {
        Path spec = imported.resolve(OnnxImport.SPEC);
        switch (piece) {
            case "no-ranking":
                return FullyNested.open(spec, overridden(settings, "training.warm-start.checkpoint", "unranked.safetensors"));
            case "no-teacher":
                return FullyNested.open(spec, overridden(settings, "training.distillation", "{}"));
            case "no-unfold":
                try (FullyNested nested = FullyNested.open(spec, settings)) {
                    RunSpec all = nested.spec();
                    ImportedNetwork folded = ImportedNetwork.read(folder.resolve(net + ".onnx"), Optional.empty(), Optional::empty);
                    return FullyNested.open(new RunSpec(all.data(), all.task(), folded.spec(all.network().nesting(), all.network().quantization()), all.training(),
                            all.costs(), all.devices(), all.search(), all.export()),
                            overridden(settings, "training.warm-start.checkpoint", "folded.safetensors").withBase(imported));
                }
            default:
                return FullyNested.open(spec, settings);
        }
    }

    private static Settings overridden(Settings settings, String key, String value) {
        Map<String, String> all = new LinkedHashMap<>(settings.overrides());
        all.put(key, value);
        return settings.withOverrides(all);
    }

    private Trained train(FullyNested fn, String piece, Path imported) throws IOException {
        AxisSpace axes = fn.supernet().axes();
        Map<String, Tensor> begin = Checkpoint.read(imported.resolve(OnnxImport.CHECKPOINT)).tensors();
        switch (piece) {
            case "untrained":
                return new Trained(fn.trained(begin), 0, submodels(axes));
            case "twin-half":
                return alone(fn, width(axes, .5), "half", Optional.empty(), TWIN_EPOCHS, TWIN_RATE);
            case "twin-quarter":
                return alone(fn, width(axes, .25), "quarter", Optional.empty(), TWIN_EPOCHS, TWIN_RATE);
            case "pruned-half":
                double share = macs(fn, width(axes, .5)) / macs(fn, axes.full());
                return alone(fn, width(axes, .5), "half", Optional.of(begin), (int) Math.round(COST / share), PRUNED_RATE);
            case "no-ranking":
                save(fn, begin, imported.resolve("unranked.safetensors"), false, imported);
                break;
            case "no-unfold":
                save(fn, begin, imported.resolve("folded.safetensors"), true, imported);
                break;
            default:
        }
        double cost = cost(fn);
        return new Trained(fn.train(TrainingListener.NONE), cost, submodels(axes));
    }

    /** One size alone, learning from the labels, with the images and the augmentation of the nested network. */
    private static Trained alone(FullyNested fn, SubmodelSpec submodel, String name, Optional<Map<String, Tensor>> begin, int epochs, double rate) {
        TrainingOptions o = fn.spec().training();
        TrainingOptions plain = TrainingOptions.epochs(epochs);
        TrainingOptions one = new TrainingOptions(plain.recipe(), epochs, plain.cost(), 128, 1, plain.draws(), false, plain.optimizer(), 0, plain.orderedDropout(),
                plain.orderedDropoutPerLevel(), 0, plain.opening(), plain.distillation(), 0, Optional.empty(), true, o.augmentation(), 0, o.recalibrationImages(), Optional.empty(),
                plain.validation(), Optional.empty(), false, o.device()).tuning(new Tuning(epochs, true, Optional.of(rate)));
        Map<String, Tensor> learnt = Trainer.train(fn.supernet(), fn.data().train(), fn.scorer(), one,
                new Trainer.Start(begin, Optional.empty(), Optional.of(new Trainer.Only(submodel, true))), fn.seed(), 1, Optional.empty(), TrainingListener.NONE);
        return new Trained(fn.trained(learnt), epochs * macs(fn, submodel) / macs(fn, fn.supernet().axes().full()), Map.of(name, submodel));
    }

    /** Masters of the source with its channels as they were, or with its batch norms folded away, for a training to begin with. */
    private void save(FullyNested fn, Map<String, Tensor> clips, Path to, boolean folded, Path imported) throws IOException {
        Path source = folder.resolve(imported.getFileName() + ".onnx");
        Tensor images = LabelledImages.shuffled(fn.data().train(), UNFOLDED_ON, 1).joined();
        ImportedNetwork network = ImportedNetwork.read(source, Optional.empty(), () -> folded ? Optional.empty() : Optional.of(images));
        Map<String, Tensor> all = new HashMap<>(network.masters());
        if (folded) {
            all = Ranking.byNorm(new Supernet(fn.spec().network()), all);
            try (TrainingSession session = new TrainingSession(fn.supernet(), fn.data().train(), fn.scorer(), TrainingOptions.epochs(1),
                    new Trainer.Start(Optional.of(all), Optional.empty(), Optional.empty()), 1, Ranks.ALONE, ComputeDevice.CPU, 1)) {
                all = session.masters();
            }
        } else {
            for (String name : clips.keySet()) {
                all.putIfAbsent(name, clips.get(name));
            }
        }
        fn.trained(all).save(to);
    }

    /** What a training costs, its teacher included, which is asked once for each image or, where images are augmented, each time. */
    private static double cost(FullyNested fn) {
        TrainingOptions o = fn.spec().training();
        SubmodelSampler sampler = new SubmodelSampler(fn.supernet().axes(), o, fn.seed());
        int images = fn.data().train().size();
        int perEpoch = images / o.batchSize() / o.batchesPerStep();
        int epochs = TrainingLength.of(fn.supernet(), o).epochs();
        long steps = (long) epochs * perEpoch;
        double sum = 0;
        Map<SubmodelSpec, Double> known = new HashMap<>();
        for (long step = 0; step < steps; step++) {
            for (int i = 0; i < o.submodelsPerStep(); i++) {
                sum += known.computeIfAbsent(sampler.draw(step, i, steps), submodel -> macs(fn, submodel));
            }
        }
        double cost = sum / macs(fn, fn.supernet().axes().full()) * o.batchSize() / images;
        boolean anew = o.augmentation().shift() > 0 || o.augmentation().flip();
        boolean taught = o.distillation().teacher().isPresent() || fn.spec().task().teacher().isPresent();
        return cost + (taught ? TEACHER * (anew ? epochs : 1) : 0);
    }

    private static double macs(FullyNested fn, SubmodelSpec submodel) {
        return fn.costs().costs(submodel).get("macs");
    }

    private static Map<String, SubmodelSpec> submodels(AxisSpace axes) {
        Map<String, SubmodelSpec> all = new LinkedHashMap<>();
        all.put("full", axes.full());
        all.put("full-4-bits", axes.select(axis -> axis.level() == NestingLevel.BITS ? axis.keeps().get(0) : axis.size()));
        all.put("three-quarters", width(axes, .75));
        all.put("half", width(axes, .5));
        all.put("quarter", width(axes, .25));
        return all;
    }

    /** Channels and neurons kept to a share, rounded up as the axes are, all layers, 8 bits. */
    static SubmodelSpec width(AxisSpace axes, double share) {
        return axes.select(axis -> axis.level() == NestingLevel.CHANNELS || axis.level() == NestingLevel.NEURONS
                ? axis.keeps().stream().filter(keep -> keep >= share * axis.size()).findFirst().orElseThrow() : axis.size());
    }

    private int[] source(String net, String split, Dataset images) throws IOException {
        if (!answers.containsKey(net + split)) {
            int[] all = new int[images.size()];
            try (OnnxSession session = OnnxSession.open(folder.resolve(net + ".onnx"), true, 1)) {
                int[] done = {0};
                LabelledImages.of(images).forEach(batch -> {
                    int[] top = top(session.run(batch.images()));
                    System.arraycopy(top, 0, all, done[0], top.length);
                    done[0] += top.length;
                });
            }
            answers.put(net + split, all);
        }
        return answers.get(net + split);
    }

    static int[] top(Tensor logits) {
        int n = logits.shape()[0];
        int classes = logits.data().length / n;
        int[] top = new int[n];
        for (int i = 0; i < n; i++) {
            for (int c = 1; c < classes; c++) {
                top[i] = logits.data()[i * classes + c] > logits.data()[i * classes + top[i]] ? c : top[i];
            }
        }
        return top;
    }

    static double score(int[] top, Dataset images) {
        int[] targets = new int[top.length];
        float[] target = new float[1];
        for (int i = 0; i < top.length; i++) {
            images.readTarget(i, target, 0);
            targets[i] = (int) target[0];
        }
        return agreement(top, targets);
    }

    static double agreement(int[] some, int[] others) {
        int same = 0;
        for (int i = 0; i < some.length; i++) {
            same += some[i] == others[i] ? 1 : 0;
        }
        return (double) same / some.length;
    }
}
