package io.fullynested.api.graph;

import java.util.List;

/**
 * {@code C×H×W → C×(leading + H·W)}: the pixels of an image, row by row, as the steps of a sequence, behind steps of zeros. A class token
 * is such a step, to which {@link Positions} adds what it is (Dosovitskiy et al., An image is worth 16×16 words, ICLR 2021). A sequence only
 * gets the steps of zeros.
 *
 * @param leading steps of zeros in front, 0 for none
 */
public record Tokens(int leading) implements Moving {

    /** @throws IllegalArgumentException if there are fewer than none */
    public Tokens {
        if (leading < 0) {
            throw new IllegalArgumentException("Impossible tokens: " + leading + " in front");
        }
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape x = inputs.get(0);
        if (x.flat()) {
            throw new IllegalArgumentException("takes an image or a sequence, not " + x.described());
        }
        return Shape.sequence(x.channels(), leading + x.positions());
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return inputs.get(0);
    }

    /** Zeros are none of the numbers that it takes. */
    @Override
    public boolean keepsCodes() {
        return leading == 0;
    }

    @Override
    public boolean inPlace() {
        return leading == 0;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.tokens(this);
    }
}
