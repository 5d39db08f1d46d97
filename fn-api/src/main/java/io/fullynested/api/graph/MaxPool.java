package io.fullynested.api.graph;

import java.util.List;

/** Maximum over a window; padding never wins. */
public record MaxPool(Window window) implements Moving {

    @Override
    public Shape shape(List<Shape> inputs) {
        return window.slide(inputs.get(0));
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
        return visitor.maxPool(this);
    }
}
