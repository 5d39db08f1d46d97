package io.fullynested.api.graph;

import java.util.List;

/** Steps {@code from ≤ t < to} of a sequence: {@code D×T → D×(to − from)}. */
public record Steps(int from, int to) implements Moving {

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape x = inputs.get(0);
        if (x.dimensions() != Shape.Dimensions.SEQUENCE) {
            throw new IllegalArgumentException("takes a sequence, not " + x.described());
        }
        if (from < 0 || to <= from || to > x.width()) {
            throw new IllegalArgumentException("takes steps " + from + ".." + (to - 1) + " of " + x.width());
        }
        return Shape.sequence(x.channels(), to - from);
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return inputs.get(0);
    }

    @Override
    public boolean inPlace() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.steps(this);
    }
}
