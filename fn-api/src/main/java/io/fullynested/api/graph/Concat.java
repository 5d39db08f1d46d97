package io.fullynested.api.graph;

import java.util.List;

/** Channels of all inputs, one after the other. */
public record Concat() implements Moving {

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape first = inputs.get(0);
        for (Shape next : inputs) {
            if (!next.withChannels(1).equals(first.withChannels(1))) {
                throw new IllegalArgumentException("takes signals of one size, not " + first + " and " + next);
            }
        }
        return first.withChannels(inputs.stream().mapToInt(Shape::channels).sum());
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return flow.concat(inputs);
    }

    @Override
    public boolean inPlace() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.concat(this);
    }
}
