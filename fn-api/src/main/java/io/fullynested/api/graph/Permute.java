package io.fullynested.api.graph;

import java.util.List;

/**
 * Channels in another order, as a channel shuffle leaves them.
 *
 * @param order for each channel of the result the channel of the input it comes from
 */
public record Permute(List<Integer> order) implements Moving {

    public Permute {
        order = List.copyOf(order);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        if (order.size() != inputs.get(0).channels()) {
            throw new IllegalArgumentException("orders " + order.size() + " channels, not " + inputs.get(0).channels());
        }
        return inputs.get(0);
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return flow.pick(inputs.get(0), order);
    }

    @Override
    public boolean inPlace() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.permute(this);
    }
}
