package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** An operator that only moves numbers: each of its result is one of its inputs. It has no parameters. */
public sealed interface Moving extends Operator permits Concat, Slice, Permute, Flatten, MaxPool, Resize, Tokens, Steps, Outputs {

    @Override
    default Operator mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return this;
    }

    @Override
    default long macs(List<Shape> inputs) {
        return 0;
    }

    @Override
    default boolean nonNegative(boolean inputs) {
        return inputs;
    }

    @Override
    default boolean keepsCodes() {
        return true;
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
