package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;

/** An operator that sums products with weights: what multiplies, and what is read at a number of bits. */
public sealed interface Layer extends Operator permits Convolution, Dense {

    /** The weights, output channels first. */
    Weight weight();

    /** What is added to each output channel, {@code [O]}. */
    Optional<ParameterSlice> bias();

    /** Groups of channels that see each other; 1 if all do. */
    int groups();

    /** The window that the weights slide over, of one pixel where they do not slide. */
    Window window();

    /** The same layer with other numbers. */
    Layer with(Weight weight, Optional<ParameterSlice> bias);

    @Override
    default <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        T result = flow.product(inputs.get(0), weight().slice(), groups());
        bias().ifPresent(slice -> flow.vector(result, slice));
        return result;
    }

    /** Every weight is used once for each position of the result. */
    @Override
    default long macs(List<Shape> inputs) {
        return (long) weight().slice().elements() * shape(inputs).positions();
    }

    @Override
    default boolean nonNegative(boolean inputs) {
        return false;
    }

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
        return Optional.of(this);
    }
}
