package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Scaled dot-product attention over sequences (Vaswani et al., Attention is all you need, NIPS 2017, section 3.2): takes queries, keys and
 * values, {@code D×T}, {@code D×T'} and {@code V×T'}, and gives {@code V×T}. The channels of each are those of the heads one after the other.
 * For each head, {@code softmax(scale · queryᵀ key)} says how much of each step's values a step gets.
 *
 * @param heads how many share the channels evenly
 * @param scale what products are multiplied by: of the supernet, one over the root of a head's width; it stays if less of that is kept
 */
public record Attention(int heads, double scale) implements Mixing {

    @Override
    public Shape shape(List<Shape> inputs) {
        for (Shape x : inputs) {
            if (x.dimensions() != Shape.Dimensions.SEQUENCE) {
                throw new IllegalArgumentException("takes sequences, not " + x.described());
            }
            if (x.channels() % heads != 0) {
                throw new IllegalArgumentException("has " + heads + " heads, which cannot share " + x.channels() + " channels evenly");
            }
        }
        Shape queries = inputs.get(0);
        Shape keys = inputs.get(1);
        Shape values = inputs.get(2);
        if (queries.channels() != keys.channels() || keys.width() != values.width()) {
            throw new IllegalArgumentException("takes queries " + queries + ", keys " + keys + " and values " + values + ", which do not fit each other");
        }
        return Shape.sequence(values.channels(), queries.width());
    }

    @Override
    public Attention mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return this;
    }

    /** Queries and keys have the same terms, as they are multiplied one by one; the heads of all three change places together. */
    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        T matched = flow.same(inputs.get(0), inputs.get(1));
        flow.grouped(List.of(matched, inputs.get(2)), heads);
        return inputs.get(2);
    }

    /** A product for each channel and each pair of steps, to compare them, and one to mix values. */
    @Override
    public long macs(List<Shape> inputs) {
        return (long) inputs.get(0).width() * inputs.get(1).width() * (inputs.get(0).channels() + inputs.get(2).channels());
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return inputs;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.attention(this);
    }
}
