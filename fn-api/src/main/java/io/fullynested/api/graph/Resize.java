package io.fullynested.api.graph;

import java.util.List;

/**
 * {@code C×H×W → C×rows·H×columns·W}: every position becomes so many in each direction, all with its number (nearest neighbour). It brings
 * a signal back to the size that it had before strides.
 *
 * @param rows    how many rows each becomes, at least 1; 1 for a sequence
 * @param columns how many columns, or steps of a sequence, each becomes, at least 1
 */
public record Resize(int rows, int columns) implements Moving {

    /** @throws IllegalArgumentException if a factor is below 1 */
    public Resize {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException("cannot be enlarged " + rows + "×" + columns + " times");
        }
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape x = inputs.get(0);
        if (x.flat() || x.dimensions() == Shape.Dimensions.SEQUENCE && rows > 1) {
            throw new IllegalArgumentException("takes an image, not " + x.described());
        }
        return x.withSize(Math.multiplyExact(rows, x.height()), Math.multiplyExact(columns, x.width()));
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
        return visitor.resize(this);
    }
}
