package io.fullynested.api.graph;

import java.util.List;
import java.util.stream.IntStream;

/** Channels {@code from ≤ c < to}. */
public record Slice(int from, int to) implements Moving {

    @Override
    public Shape shape(List<Shape> inputs) {
        if (from < 0 || to > inputs.get(0).channels()) {
            throw new IllegalArgumentException("takes channels " + from + ".." + (to - 1) + " of " + inputs.get(0).channels());
        }
        return inputs.get(0).withChannels(to - from);
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return flow.pick(inputs.get(0), IntStream.range(from, to).boxed().toList());
    }

    @Override
    public boolean inPlace() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.slice(this);
    }
}
