package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;

/**
 * One operation of a {@link Graph}.
 *
 * @param name     unique, with slashes between scopes: {@code stage1/unit2/open}
 * @param operator what it does
 * @param inputs   positions of the nodes whose results it takes, all before its own
 * @param shape    shape of its result
 */
public record Node(String name, Operator operator, List<Integer> inputs, Shape shape) {

    public Node {
        inputs = List.copyOf(inputs);
    }

    /** The names of the outputs that it joins; none unless it is {@link Outputs}, which no runtime computes. */
    public List<String> outputs() {
        return operator instanceof Outputs joined ? joined.names() : List.of();
    }

    /** The clipping of a signal that it is, with or without a rounding to codes, if it is one. */
    public Optional<FakeQuantize> quantizer() {
        return operator instanceof FakeQuantize quantize ? Optional.of(quantize) : Optional.empty();
    }

    /** The rounding to codes that it is, if it is one. */
    public Optional<FakeQuantize> rounding() {
        return quantizer().filter(FakeQuantize::rounds);
    }

    /** The function that it applies to each number, if it does nothing else. */
    public Optional<Activation> activation() {
        return operator instanceof Activate activate ? Optional.of(activate.function()) : Optional.empty();
    }

    /** The weights, if it is a layer. */
    public Optional<Weight> weight() {
        return operator.layer().map(Layer::weight);
    }
}
