package io.fullynested.training;

import io.fullynested.api.plugin.Option;

/**
 * How draws open. A network that has learnt nothing yet learns slowest where all sizes of it are drawn: each pulls at what they share, and the small ones
 * cannot tell anything. So the full network begins, at a low learning rate, and prefixes open from the longest to the shortest while the loss falls. Of
 * k legal prefixes of an axis the i longest are drawn from where {@code (i − 1) / (k − 1)} is open, by their distribution.
 *
 * <p>What is open is {@code (from − left) / (from − to)}, with {@code left = (loss − least) / (blind − least)}: the running mean of the loss, that of one and
 * the same answer to all images, and that of answers as good as can be, which is above 0 where labels are smoothed. It opens by a hundredth in a step
 * at most, but at least the share of the {@code latest} steps that is done; it never closes again. It acts where each submodel is drawn by ordered dropout,
 * and nothing trained or taught is begun with.
 */
public record Opening(
        @Option(value = "what is left of the loss when prefixes begin to open; 1 is that of one and the same answer to all images",
                byDefault = "0.9", min = 0, max = 10) double from,
        @Option(value = "what is left of the loss when all are open", byDefault = "0.6", min = 0, max = 10) double to,
        @Option(value = "share of the steps after which all are open, whatever the loss; 0 to begin with all", byDefault = "0.4", min = 0, max = 1) double latest,
        @Option(value = "learning rate while nothing is open, in that of the schedule; it rises as prefixes open", byDefault = "0.25", min = 0.001, max = 1)
        double rate) {

    /** As most trainings open. */
    static final Opening STANDARD = new Opening(0.9, 0.6, 0.4, 0.25);
    /** All are open from the first step on. */
    static final Opening AT_ONCE = new Opening(0.9, 0.6, 0, 0.25);

    /** @throws IllegalArgumentException if all are open before some are */
    public Opening {
        if (to >= from) {
            throw new IllegalArgumentException("to " + to + " is not below from " + from + ": prefixes open while the loss falls");
        }
    }

    /** Whether a training opens at all. */
    boolean acts(TrainingOptions options) {
        return latest > 0 && options.draws() == Draws.PLAIN && options.warmStart().isEmpty() && options.distillation().from() == Distillation.From.NONE;
    }

    /**
     * What a loss lets be open, below 0 for nothing.
     *
     * @param left of what the loss can fall by, 1 where nothing is learnt
     */
    double allowed(double left) {
        return (from - left) / (from - to);
    }

    /** What must be open when a share of the training is done. */
    double due(double progress) {
        return progress / latest;
    }
}
