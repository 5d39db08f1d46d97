package io.fullynested.training;

import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.spec.Preset;
import java.util.Locale;
import java.util.Optional;

/** How a supernet is trained. The defaults are measured ones. */
public record TrainingOptions(
        @Option(value = "a recipe by name: what it sets takes the place of the defaults below, and what is written here that of both",
                byDefault = "default") Recipe recipe,
        @Option(value = "passes over the training images", byDefault = "30", min = 1) int epochs,
        @Option(value = "length in trainings of the full network alone, of that many epochs each: there are then as many epochs as cost its multiply-accumulates, "
                + "by what is expected to be drawn; as epochs say if absent", min = 0.001, max = 1000) Optional<Double> cost,
        @Option(value = "images that a submodel learns from in a step", byDefault = "64", min = 2) int batchSize,
        @Option(value = "submodels of a step; as many run at once as there are threads", byDefault = "2", min = 1) int submodelsPerStep,
        @Option(value = "how they are chosen: each by ordered dropout; the full network, the smallest and such ones; the full network and "
                + "others spread evenly down to the smallest; each by ordered dropout of one level, the others whole; or the smallest first, then "
                + "ever larger prefixes, each leaving the masters of the one before as they are; or widths of half and less, "
                + "before a guard's last steps are for those above",
                byDefault = "plain") Draws draws,
        @Option(value = "whether they learn from the same images, rather than from some of their own each", byDefault = "false")
        boolean sameImages,
        @Option(value = "how gradients move the weights", byDefault = "{}") Optimizer optimizer,
        @Option(value = "share of the target that is spread over all classes", byDefault = "0", min = 0, max = 0.99) double labelSmoothing,
        @Option(value = "how likely each prefix of an axis is to be drawn", byDefault = "uniform") OrderedDropout orderedDropout,
        @Option(value = "other distributions for some levels", byDefault = "{}") PerLevel orderedDropoutPerLevel,
        @Option(value = "share of the submodels whose axes are drawn each on its own, not by one quantile per level", byDefault = "0.5",
                min = 0, max = 1) double independent,
        @Option(value = "how the full network comes first, and shorter prefixes as the loss allows", byDefault = "{}") Opening opening,
        @Option(value = "what submodels learn from beside the labels", byDefault = "{}") Distillation distillation,
        @Option(value = "the gradient of a weight is multiplied by p to the power of minus this, p being the share of the submodels that "
                + "have it; 0 for as it is", byDefault = "0", min = 0, max = 1) double gradientScaling,
        @Option("a trained full network that prefixes begin with; random weights if absent") Optional<WarmStart> warmStart,
        @Option(value = "whether residual units begin as the identity, the gamma of their last batch norm at 0 (Goyal et al., 2017), not 1",
                byDefault = "true") boolean zeroInitResidual,
        @Option(value = "random changes to the images", byDefault = "{}") Augmentation augmentation,
        @Option(value = "decay per step of the average of the weights over time, which is then what training gives; 0 for the last weights",
                byDefault = "0", min = 0, max = 0.99999) double averaging,
        @Option(value = "training images that batch norms are recalibrated on", byDefault = "500", min = 2) int recalibrationImages,
        @Option("what the full network may lose at most of what it begins with; as much as it does if absent") Optional<Guard> guard,
        @Option(value = "when validation images are looked at, for the curve of the training", byDefault = "{}") Validation validation,
        @Option("when training ends before its last epoch; never if absent") Optional<EarlyStopping> earlyStopping,
        @Option(value = "whether training gives what was best on validation images by the mean score of the full network and the smallest, not what it "
                + "learnt last; with early-stopping it does in any case", byDefault = "false") boolean restoreBest,
        @Option(value = "where it is trained: cpu, cuda, cuda:1, or auto for the fastest there is; --compute comes before it, and is also for all else",
                byDefault = AUTO) String device) {

    private static final String AUTO = "auto";

    /** @throws IllegalArgumentException if options contradict each other */
    public TrainingOptions {
        if (!device.equals(AUTO)) {
            device = ComputeDevice.parse(device).toString();
        }
        boolean full = draws == Draws.SANDWICH || draws == Draws.SWITCHES;
        if (full && submodelsPerStep < 2) {
            throw new IllegalArgumentException("draws " + name(draws) + " needs at least 2 submodels-per-step, for the full network and the "
                    + "smallest, found " + submodelsPerStep);
        }
        if (guard.isPresent() && warmStart.flatMap(WarmStart::checkpoint).isEmpty()) {
            throw new IllegalArgumentException("a guard needs a trained network to begin with. Maybe warm-start: {checkpoint: FILE}?");
        }
        if (draws == Draws.HALVES && guard.filter(last -> last.steps() > 0).isEmpty()) {
            throw new IllegalArgumentException("draws halves leaves widths above half to the last steps of a guard. Maybe guard: {steps: 0.25}?");
        }
        if (draws == Draws.GROWING && warmStart.filter(warm -> warm.share() > 0).isPresent()) {
            throw new IllegalArgumentException("draws growing leaves what it has trained as it is, so there can be no share of the steps for the "
                    + "full network before, found warm-start share " + warmStart.get().share());
        }
        if (earlyStopping.isPresent() && (draws == Draws.GROWING || warmStart.filter(warm -> warm.share() > 0).isPresent())) {
            throw new IllegalArgumentException("early-stopping could end a training before all its parts have begun, with draws growing or a share of the "
                    + "steps for the full network. Maybe restore-best: true?");
        }
        if ((earlyStopping.isPresent() || restoreBest) && !validation.ever()) {
            throw new IllegalArgumentException("early-stopping and restore-best need a look at validation images, found validation every 0. Maybe every: 1?");
        }
        if (distillation.from() == Distillation.From.IN_PLACE && !(full && sameImages)) {
            throw new IllegalArgumentException("distillation from in-place needs the full network in each step, and the others on the same images; "
                    + "found draws " + name(draws) + ", same-images " + sameImages + ". Maybe draws: sandwich and same-images: true?");
        }
        if (distillation.from() == Distillation.From.RECURSIVE && !(draws == Draws.SWITCHES && sameImages)) {
            throw new IllegalArgumentException("distillation from recursive needs submodels from the full network down in each step, on the same images; "
                    + "found draws " + name(draws) + ", same-images " + sameImages + ". Maybe draws: switches and same-images: true?");
        }
    }

    private static String name(Draws draws) {
        return draws.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The defaults. */
    public static TrainingOptions epochs(int epochs) {
        return new TrainingOptions(Recipe.DEFAULT, epochs, Optional.empty(), 64, 2, Draws.PLAIN, false, new Optimizer(Algorithm.SGD, 0.2, 0.15, 0.9, 2e-4, 0), 0, new Uniform(),
                new PerLevel(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()), 0.5,
                Opening.STANDARD, Distillation.NONE, 0, Optional.empty(), true, Augmentation.NONE, 0, 500, Optional.empty(), Validation.STANDARD, Optional.empty(), false, AUTO);
    }

    /** How one submodel is trained further, {@link Trainer.Start#only}, as a tuning wants it. */
    public TrainingOptions tuning(Tuning wanted) {
        Optimizer o = optimizer;
        return new TrainingOptions(recipe, wanted.epochs(), Optional.empty(), batchSize, submodelsPerStep, Draws.PLAIN, false, new Optimizer(o.algorithm(),
                wanted.learningRate(o), o.warmUp(), o.momentum(), o.weightDecay(), o.gradientClip()), labelSmoothing, orderedDropout, orderedDropoutPerLevel, independent,
                Opening.AT_ONCE, Distillation.NONE, 0, Optional.empty(), zeroInitResidual, augmentation, averaging, recalibrationImages, Optional.empty(),
                Validation.NEVER, Optional.empty(), false, device);
    }

    /** The device that is asked for; empty for the fastest there is. */
    public Optional<ComputeDevice> computeDevice() {
        return Optional.of(device).filter(asked -> !asked.equals(AUTO)).map(ComputeDevice::parse);
    }

    /** What is learnt, wherever it is computed. */
    TrainingOptions anywhere() {
        return new TrainingOptions(recipe, epochs, cost, batchSize, submodelsPerStep, draws, sameImages, optimizer, labelSmoothing, orderedDropout, orderedDropoutPerLevel,
                independent, opening, distillation, gradientScaling, warmStart, zeroInitResidual, augmentation, averaging, recalibrationImages, guard, validation,
                earlyStopping, restoreBest, AUTO);
    }

    /** Whether training gives what was best on validation images. */
    public boolean keepsBest() {
        return restoreBest || earlyStopping.isPresent();
    }

    /** How many batches of different images a step takes. */
    public int batchesPerStep() {
        return sameImages ? 1 : submodelsPerStep;
    }

    /** The distribution of a level's axes. */
    public OrderedDropout orderedDropout(NestingLevel level) {
        return orderedDropoutPerLevel.of(level).orElse(orderedDropout);
    }

    /** Update rules. */
    public enum Algorithm {
        /** Stochastic gradient descent with Nesterov momentum (Sutskever et al., ICML 2013), as PyTorch's SGD computes it. */
        SGD,
        /** Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019). */
        ADAMW
    }

    /** The update rule and its schedule: linear warm-up from 0, then half a cosine down to 0. */
    public record Optimizer(
            @Option(value = "sgd or adamw", byDefault = "sgd") Algorithm algorithm,
            @Option(value = "greatest learning rate; with adamw rather 0.002", byDefault = "0.2", min = 1e-9) double learningRate,
            @Option(value = "share of the steps in which the learning rate rises", byDefault = "0.15", min = 0, max = 1) double warmUp,
            @Option(value = "momentum, or the decay of AdamW's mean", byDefault = "0.9", min = 0, max = 0.9999) double momentum,
            @Option(value = "decay of weights; biases and batch norms are spared", byDefault = "2e-4", min = 0) double weightDecay,
            @Option(value = "greatest norm of the gradient, what is above is scaled down; 0 for none", byDefault = "0", min = 0)
            double gradientClip) {

        /** The learning rate of step {@code step} of {@code steps}, counted from 0. */
        double learningRate(long step, long steps) {
            double warm = warmUp * steps;
            return step < warm ? learningRate * (step + 1) / (warm + 1)
                    : learningRate * 0.5 * (1 + Math.cos(Math.PI * (step - warm) / Math.max(1, steps - warm)));
        }
    }

    /** Distributions that hold for one level, in the place of the one for all. */
    public record PerLevel(
            @Option("of BITS") Optional<OrderedDropout> bits,
            @Option("of NEURONS") Optional<OrderedDropout> neurons,
            @Option("of CHANNELS") Optional<OrderedDropout> channels,
            @Option("of PATHS") Optional<OrderedDropout> paths,
            @Option("of LAYERS") Optional<OrderedDropout> layers) {

        Optional<OrderedDropout> of(NestingLevel level) {
            return switch (level) {
                case BITS -> bits;
                case NEURONS -> neurons;
                case CHANNELS -> channels;
                case PATHS -> paths;
                case LAYERS -> layers;
            };
        }
    }

    /** What is done to each image each time it is shown. The whole may be one word, {@code strong}. */
    public record Augmentation(
            @Option(value = "some of the keys beside it at once, which win: strong is flip, crop 0.35, rotation 15, color 0.4, erasing 0.25", byDefault = "none")
            Strength strength,
            @Option(value = "pixels by which an image is shifted at most, zeros moving in", byDefault = "0", min = 0) int shift,
            @Option(value = "whether half of the images are mirrored left to right", byDefault = "false") boolean flip,
            @Option(value = "least share of the area that a part of the image has, of 3:4 to 4:3 of its sides, which is then shown in its place "
                    + "(Szegedy et al., CVPR 2015); 1 for the whole", byDefault = "1", min = 0.01, max = 1) double crop,
            @Option(value = "degrees by which an image is turned at most, zeros moving in", byDefault = "0", min = 0, max = 180) double rotation,
            @Option(value = "by how much brightness, contrast and, of 3 channels, saturation change at most, 0.4 for factors of 0.6 to 1.4",
                    byDefault = "0", min = 0, max = 1) double color,
            @Option(value = "how often a rectangle, of 2 to 20 % of the area, is painted over by the mean of the image (Zhong et al., AAAI 2020)",
                    byDefault = "0", min = 0, max = 1) double erasing,
            @Option(value = "how much of an image is another one, all its numbers, and so of its label: the share is drawn of Beta(a, a) with this a, the image has half "
                    + "or more; 0 for none (Zhang et al., ICLR 2018)", byDefault = "0", min = 0, max = 2) double mixup,
            @Option(value = "the same by a rectangle of the other image (Yun et al., ICCV 2019); with mixup, either half of the time", byDefault = "0", min = 0, max = 2)
            double cutmix,
            @Option(value = "how many of fourteen operations an image goes through one after the other, drawn anew each time: shears, shifts, turns, brightness, colour, "
                    + "contrast, sharpness, fewer bits, inversion, stretched and equal brightness, or none (Cubuk et al., RandAugment, CVPR workshops 2020); 0 for none",
                    byDefault = "0", min = 0, max = 14) int randAugment,
            @Option(value = "how strong these are, all alike; 30 for the most", byDefault = "9", min = 0, max = RandAugment.GREATEST) double magnitude) {

        /** Leaves images as they are. */
        public static final Augmentation NONE = new Augmentation(0, false);

        /** Some changes at once. */
        public enum Strength implements Preset {
            /** None. */
            NONE("{}"),
            /** What photos bear. */
            STRONG("{flip: true, crop: 0.35, rotation: 15, color: 0.4, erasing: 0.25}");

            private final String yaml;

            Strength(String yaml) {
                this.yaml = yaml;
            }

            @Override
            public String yaml() {
                return yaml;
            }
        }

        /** Shifts and mirrors. */
        public Augmentation(int shift, boolean flip) {
            this(Strength.NONE, shift, flip, 1, 0, 0, 0, 0, 0, 0, 9);
        }

        /** Whether it does anything. */
        boolean acts() {
            return shift > 0 || flip || actsOnPictures() || mixes();
        }

        /** Whether it makes one image of two. */
        boolean mixes() {
            return mixup > 0 || cutmix > 0;
        }

        /** Whether it does more than to shift and to mirror. */
        boolean actsOnPictures() {
            return crop < 1 || rotation > 0 || color > 0 || erasing > 0 || randAugment > 0;
        }
    }
}
