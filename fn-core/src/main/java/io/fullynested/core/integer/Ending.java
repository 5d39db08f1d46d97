package io.fullynested.core.integer;

import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Node;
import java.util.Optional;

/**
 * What a step does to each number that its head computes, before it is rounded.
 *
 * @param before   bounds that it is kept within first
 * @param function what is then applied to it, but for bounds
 * @param after    bounds that the result is kept within
 */
public record Ending(Bounds before, Optional<Activation> function, Bounds after) {

    private static final double MOST_OF_RELU6 = 6;

    /** Numbers from {@code least} to {@code most}, which may be infinite. */
    public record Bounds(double least, double most) {

        /** No bounds. */
        public static final Bounds NONE = new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

        private Bounds with(Activation function) {
            return new Bounds(Math.max(least, 0), Math.min(most, function == Activation.RELU6 ? MOST_OF_RELU6 : Double.POSITIVE_INFINITY));
        }
    }

    /**
     * Of a step.
     *
     * @throws NoIntegerFormException if there is something that cannot be done to integers
     */
    public static Ending of(Step step) {
        Bounds before = Bounds.NONE;
        Bounds after = Bounds.NONE;
        Optional<Activation> function = Optional.empty();
        boolean rounded = false;
        for (Node node : step.functions()) {
            // flattening leaves each number where it is
            boolean still = node.operator().keepsCodes() && node.operator().inPlace();
            if (!still && node.activation().isEmpty() && node.rounding().isEmpty() && !node.operator().folds()) {
                throw NoIntegerFormException.of(node, "it adds numbers of its own at each position");
            }
            if (rounded && !still) {
                throw NoIntegerFormException.of(node, "what goes in is rounded already. Maybe quantize: false in what comes before it?");
            }
            Optional<Activation> applied = node.activation();
            if (applied.isPresent()) {
                boolean bounds = applied.get() == Activation.RELU || applied.get() == Activation.RELU6;
                if (!bounds && function.isPresent()) {
                    throw NoIntegerFormException.of(node, "it follows another activation function");
                }
                if (!bounds) {
                    function = applied;
                } else if (function.isPresent()) {
                    after = after.with(applied.get());
                } else {
                    before = before.with(applied.get());
                }
            } else if (node.rounding().isPresent()) {
                rounded = true;
            } else if (!still) {
                throw NoIntegerFormException.of(node, "it does not follow a convolution or dense layer that it could be folded into");
            }
        }
        if (function.isPresent() && !step.result().rounded()) {
            throw NoIntegerFormException.of(step.tail().get(step.tail().size() - 1), "what comes out is not rounded");
        }
        return new Ending(before, function, after);
    }
}
