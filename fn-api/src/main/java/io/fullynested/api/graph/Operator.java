package io.fullynested.api.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * What a node of a {@link Graph} does: a closed set of records. Each holds what is true of it by itself, once; how it is computed,
 * written or timed is the business of an {@link OperatorVisitor}. Extents are those kept, as a graph has no axes left in it; a signal is
 * {@code C×H×W}, {@code D×T} or flat, without the batch dimension.
 *
 * <p>A new operator is one record here, which must answer every question below, and one method in each table that implements
 * {@link OperatorVisitor}; until it has all of them, nothing compiles. docs/operators.md adds one step by step.
 */
public sealed interface Operator permits Input, Layer, Pointwise, Mixing, Moving {

    /**
     * The shape of its result.
     *
     * @param inputs shapes of what it takes
     * @throws IllegalArgumentException if it cannot take them; the message begins with a verb, for a name to stand before it
     */
    Shape shape(List<Shape> inputs);

    /**
     * The same operator over other parameters.
     *
     * @param weights what takes the place of its weights
     * @param others  what takes the place of its other parameters, by their role
     */
    Operator mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others);

    /** Its parameters, in a fixed order; weights come first. */
    default List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        mapParameters(weight -> {
            all.add(new Parameter(ParameterRole.WEIGHT, weight.slice()));
            return weight;
        }, (role, slice) -> {
            all.add(new Parameter(role, slice));
            return slice;
        });
        return all;
    }

    /**
     * What becomes of the terms of its inputs, which are their channels or features, and which of them its parameters belong to.
     *
     * @param flow   told about terms
     * @param inputs the terms of what it takes
     * @param shapes the shapes of what it takes
     * @return the terms of its result
     */
    <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes);

    /**
     * Multiply-accumulates for one sample: products that are summed up, padding counted. What is done to each number on its own is none,
     * however many products it takes; see the cost model {@code flops} for these.
     *
     * @param inputs shapes of what it takes
     */
    long macs(List<Shape> inputs);

    /** Whether no number of its result is below zero, given whether none of its inputs has one. */
    boolean nonNegative(boolean inputs);

    /** Whether each number of its result is one of its inputs, so that codes stay codes. */
    boolean keepsCodes();

    /** Whether each number of its result depends on the number at the same place of each input only, so that it can be written over that. */
    boolean inPlace();

    /** Whether extraction folds it into a {@link Layer} before it whose result nothing else takes. */
    boolean folds();

    /** Itself, if it is a layer. */
    Optional<Layer> layer();

    /** Calls the method that is for this operator. */
    <R> R accept(OperatorVisitor<R> visitor);
}
