package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * A picture or a row of numbers that goes in. It takes no node's result.
 *
 * @param shape  of one sample
 * @param values what numbers it holds
 */
public record Input(Shape shape, Values values) implements Operator {

    /** How an exported file takes the numbers. Engines take float32. */
    public enum Type {
        /** As they are. */
        FLOAT32,
        /** A byte each: 0 is the least, 255 the greatest number. */
        UINT8
    }

    /**
     * The numbers of an input.
     *
     * @param type  how an exported file takes them
     * @param least none is below it
     * @param most  none is above it; greater than {@code least}
     */
    public record Values(Type type, double least, double most) {

        /** Float32 in 0..1. */
        public static final Values SHARES = new Values(Type.FLOAT32, 0, 1);
        /** Any float32. */
        public static final Values ANY = new Values(Type.FLOAT32, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

        /** @throws IllegalArgumentException if there are no numbers between the bounds, or bytes without bounds */
        public Values {
            if (!(most > least)) {
                throw new IllegalArgumentException("a range goes from the least to the greatest number, found " + least + " and " + most);
            }
            if (type == Type.UINT8 && !Double.isFinite(most - least)) {
                throw new IllegalArgumentException("bytes need a range, the numbers that 0 and 255 stand for. Maybe range: [0, 1]?");
            }
        }

        /** Whether both bounds are known. */
        public boolean bounded() {
            return Double.isFinite(most - least);
        }
    }

    /** Whether its bytes are the codes of an unsigned quantiser of so many bits, whose clip is the greatest number. */
    public boolean bytesAreCodes(int bits) {
        return values.type() == Type.UINT8 && values.least() == 0 && bits == Byte.SIZE;
    }

    /** Numbers in 0..1. */
    public Input(Shape shape) {
        this(shape, Values.SHARES);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return shape;
    }

    @Override
    public Operator mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return this;
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return flow.fresh(shape.channels());
    }

    @Override
    public long macs(List<Shape> inputs) {
        return 0;
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return values.least() >= 0;
    }

    @Override
    public boolean keepsCodes() {
        return false;
    }

    @Override
    public boolean inPlace() {
        return false;
    }

    @Override
    public boolean folds() {
        return false;
    }

    @Override
    public Optional<Layer> layer() {
        return Optional.empty();
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.input(this);
    }
}
