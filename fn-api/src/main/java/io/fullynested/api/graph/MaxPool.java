package io.fullynested.api.graph;

import java.util.List;

/**
 * Maximum over a window; padding never wins.
 *
 * @param ceil whether a last window counts too that reaches beyond the padding, behind rows and columns
 */
public record MaxPool(Window window, boolean ceil) implements Moving {

    /** One whose windows lie within the padding. */
    public MaxPool(Window window) {
        this(window, false);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return window.slide(inputs.get(0), ceil);
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
