package io.fullynested.api.graph;

import java.util.Optional;

/** An operator without weights that computes each number of its result from several of its input, such as a mean. */
public sealed interface Mixing extends Operator permits AveragePool, GlobalAveragePool, LayerNorm, Softmax, Attention {

    @Override
    default boolean keepsCodes() {
        return false;
    }

    @Override
    default boolean inPlace() {
        return false;
    }

    @Override
    default boolean folds() {
        return false;
    }

    @Override
    default Optional<Layer> layer() {
        return Optional.empty();
    }
}
