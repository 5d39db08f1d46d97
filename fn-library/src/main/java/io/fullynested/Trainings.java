package io.fullynested;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.SubmodelEvaluator;
import io.fullynested.core.engine.UnavailableDeviceException;
import io.fullynested.core.io.Identity;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.Guard;
import io.fullynested.training.Learned;
import io.fullynested.training.Ranks;
import io.fullynested.training.SubmodelSampler;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingOptions;
import io.fullynested.training.TrainingSession;
import io.fullynested.training.Tuning;
import io.fullynested.training.UnfinishedTraining;
import io.fullynested.training.Validator;
import io.fullynested.training.WarmStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Trains the network of a description as the description says. What does not fit is refused with its place in the file. */
final class Trainings {

    /** Images that batch norms are recalibrated on for the guard: scores of a trained network differ by some tenths of a point with which 500 they are. */
    private static final int GUARD_IMAGES = 2000;

    private final NestedNetwork network;

    Trainings(NestedNetwork network) {
        this.network = network;
    }

    /** Distributions that do not fit their axes are refused before the data are read. */
    void check() {
        try {
            new SubmodelSampler(network.supernet().axes(), options(), network.seed()).check();
        } catch (IllegalArgumentException e) {
            throw network.refuse("training", e.getMessage());
        }
        for (NestingLevel level : NestingLevel.values()) {
            if (options().orderedDropout(level) instanceof Learned learned) {
                learned.cost().ifPresent(this::check);
            }
        }
    }

    /** Thousands of submodels are asked for while a network is trained, so nobody exports and measures them. */
    private void check(CostModel paid) {
        try {
            Graph full = network.supernet().compile(network.supernet().axes().full());
            paid.cost(full);
            paid.caveat(full);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw network.refuse("training.ordered-dropout.cost", "it cannot be told while training: " + e.getMessage()
                    + (e instanceof IllegalStateException ? ". Maybe a table by ./fn measure?" : ""));
        }
    }

    /** The masters, trained from scratch or from where the file of a stopped training is. */
    Map<String, Tensor> train(Optional<Path> kept, UnfinishedTraining.Schedule schedule, Ranks ranks, TrainingListener listener) {
        Trainer.Start start = start();
        return train(options(), start, ranks, kept.map(path -> unfinished(path, options(), start, schedule)), listener);
    }

    /** Whether a file keeps a training of this description, seed and images. */
    boolean resumes(Path kept) throws IOException {
        return unfinished(kept, options(), start(), UnfinishedTraining.Schedule.STANDARD).exists();
    }

    /** What is other than when a file kept a training. */
    List<String> changes(Path kept) throws IOException {
        return unfinished(kept, options(), start(), UnfinishedTraining.Schedule.STANDARD).changes();
    }

    /** All that the result of the training depends on: the description, the images, the seed, the version of this program. */
    Identity identity() {
        return identity(options(), start());
    }

    private Identity identity(TrainingOptions options, Trainer.Start start) {
        Identity learnt = UnfinishedTraining.identity(network.supernet(), network.digests().train(), network.spec().task(), options, start, network.seed())
                .with("version of this program", NestedNetwork.version());
        // how far back the guard goes is judged on these, and which epoch is best
        return options.guard().isPresent() || options.keepsBest() ? learnt.withDigest("validation images", network.digests().validation()) : learnt;
    }

    TrainingSession session(Ranks ranks) {
        try {
            return new TrainingSession(network.supernet(), network.data().train(), network.scorer(), options(), start(), network.seed(), ranks,
                    device(ranks), network.threads());
        } catch (IllegalArgumentException e) {
            throw network.refuse("training", e.getMessage());
        }
    }

    /** Masters of which those that one submodel uses, or a part of them, were trained further. */
    Map<String, Tensor> tune(Map<String, Tensor> masters, SubmodelSpec selection, Tuning tuning, Optional<Path> kept, TrainingListener listener) {
        TrainingOptions options = options().tuning(tuning);
        Trainer.Start start = new Trainer.Start(Optional.of(masters), Optional.empty(), Optional.of(new Trainer.Only(selection, tuning.weights())));
        return train(options, start, Ranks.ALONE, kept.map(path -> unfinished(path, options, start, UnfinishedTraining.Schedule.STANDARD)), listener);
    }

    private TrainingOptions options() {
        return network.spec().training();
    }

    private Map<String, Tensor> train(TrainingOptions options, Trainer.Start start, Ranks ranks, Optional<UnfinishedTraining> kept, TrainingListener listener) {
        ComputeDevice device = device(ranks);
        try {
            Map<String, Tensor> learnt = Trainer.train(network.supernet(), network.data().train(), network.scorer(), options, start, network.seed(),
                    ranks, device, network.threads(), kept, validator(), listener);
            return options.guard().filter(guard -> ranks.rank() == 0).map(guard -> guarded(guard, start.masters().orElseThrow(), learnt)).orElse(learnt);
        } catch (IllegalArgumentException e) {
            throw network.refuse("training", e.getMessage());
        }
    }

    private Optional<Validator> validator() {
        return network.data().validation().size() == 0 ? Optional.empty() : Optional.of(new ValidationImages(network));
    }

    /** What was learnt, gone back as far as the guard of the full network wants it. */
    private Map<String, Tensor> guarded(Guard guard, Map<String, Tensor> begin, Map<String, Tensor> learnt) {
        Guard.Held held = guard.hold(begin, learnt, masters -> new SubmodelEvaluator(network.supernet(), network.parameters(masters), network.scorer(),
                network.backend(), network.device(), network.threads(), network.data().train(), network.data().validation(), network.seed(),
                Math.max(GUARD_IMAGES, options().recalibrationImages())).evaluate(network.supernet().axes().full(), network.data().validation()));
        String change = "the full network has validation " + told(guard, held.kept()) + ", after " + told(guard, held.began()) + " at the beginning";
        network.settings().notes().accept(held.share() == 1 ? change : change + String.format(Locale.ROOT,
                "; as trained it would have %s, so %.0f %% of what was learnt is kept", told(guard, held.learnt()), 100 * held.share()));
        return held.masters();
    }

    private String told(Guard guard, Evaluation full) {
        String score = String.format(Locale.ROOT, "%s %.2f %%", network.metric(), 100 * full.score());
        return guard.of() == Guard.Measure.SCORE ? score : String.format(Locale.ROOT, "loss %.4f and %s", full.loss(), score);
    }

    private ComputeDevice device(Ranks ranks) {
        try {
            return network.device(ranks);
        } catch (UnavailableDeviceException e) {
            throw network.settings().device().isPresent() || options().computeDevice().isEmpty() ? e : network.refuse("training.device", e.getMessage());
        }
    }

    private UnfinishedTraining unfinished(Path kept, TrainingOptions options, Trainer.Start start, UnfinishedTraining.Schedule schedule) {
        return new UnfinishedTraining(kept, identity(options, start).toString(), schedule);
    }

    private Trainer.Start start() {
        return new Trainer.Start(options().warmStart().flatMap(WarmStart::checkpoint).map(this::masters),
                options().distillation().teacher().map(this::teacher), Optional.empty());
    }

    private Map<String, Tensor> masters(Path checkpoint) {
        try {
            Path there = network.base().resolve(checkpoint);
            Checkpoint read = Checkpoint.read(there);
            CheckpointMetadata.read(there, read.metadata());
            return read.tensors();
        } catch (IOException e) {
            throw network.refuse("training.warm-start.checkpoint", e.getMessage());
        }
    }

    private Model teacher(Path checkpoint) {
        try {
            return network.teacher(network.base().resolve(checkpoint));
        } catch (IOException e) {
            throw network.refuse("training.distillation.teacher", e.getMessage());
        }
    }
}
