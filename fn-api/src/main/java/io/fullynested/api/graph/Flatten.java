package io.fullynested.api.graph;

import java.util.List;

/** {@code C×H×W → C·H·W} (flat), channel by channel; the numbers stay where they are. */
public record Flatten() implements Moving {

    @Override
    public Shape shape(List<Shape> inputs) {
        return Shape.flat(inputs.get(0).elements());
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return flow.repeat(inputs.get(0), shapes.get(0).positions());
    }

    @Override
    public boolean inPlace() {
        return true;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.flatten(this);
    }
}
