package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;

/** An operator that computes each number of its result from the number at the same place of each input. */
public sealed interface Pointwise extends Operator permits Normalize, BatchNorm, Activate, FakeQuantize, Add, Multiply, Positions {

    @Override
    default Shape shape(List<Shape> inputs) {
        return inputs.get(0);
    }

    @Override
    default long macs(List<Shape> inputs) {
        return 0;
    }

    @Override
    default boolean keepsCodes() {
        return false;
    }

    @Override
    default boolean inPlace() {
        return true;
    }

    @Override
    default Optional<Layer> layer() {
        return Optional.empty();
    }
}
