package io.fullynested.api.graph;

import java.util.List;

/**
 * What follows terms through operators: a term is a channel of an image, or a feature. {@link Operator#terms} calls it; ranking is one.
 *
 * @param <T> what it knows of the terms of a signal, one for each of its channels
 */
public interface TermFlow<T> {

    /** Terms that nothing before has a part in. */
    T fresh(int count);

    /**
     * Terms of two signals that are the same, one by one, because they are added or multiplied. An operator that looks at neighbours makes
     * all terms of its input the same, which keeps them in their order.
     */
    T same(T a, T b);

    /** The terms of all signals, one after the other. */
    T concat(List<T> parts);

    /** Some terms, by their indices. */
    T pick(T x, List<Integer> indices);

    /** Every term so many times in a row. */
    T repeat(T x, int times);

    /**
     * Notes that the terms of each of these signals stand in so many groups, one after the other, whose terms change places within them, and
     * that the first groups of all signals change places with the second ones together, and so on, as heads of an attention do.
     */
    void grouped(List<T> signals, int groups);

    /** Notes that a parameter has one number, or one row, for each term. */
    void vector(T x, ParameterSlice slice);

    /**
     * Notes weights whose first dimension makes terms and whose second one reads them.
     *
     * @param groups of convolution; as many as there are terms and one column make each term out of itself
     * @return the terms that are made
     */
    T product(T x, ParameterSlice weight, int groups);
}
