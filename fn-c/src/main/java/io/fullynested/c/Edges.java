package io.fullynested.c;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A function from integers to codes that falls by one at some edges, and then rises by one at all others.
 *
 * @param first the code below all edges
 * @param at    the first integer with the next code, ascending
 * @param falls at how many of them it falls
 */
record Edges(int first, List<Integer> at, int falls) {

    /**
     * Finds them.
     *
     * @param code between the bounds it falls up to the turn, and rises from there
     */
    static Edges of(IntUnaryOperator code, int low, int high, double turn) {
        List<Integer> at = new ArrayList<>();
        int middle = (int) Math.min(Math.max(turn, low), high);
        find(code, low, middle, at);
        int falls = at.size();
        find(code, middle, high, at);
        return new Edges(code.applyAsInt(low), at, falls);
    }

    /** As many as there may be, of codes of so many bits, if nothing else is known; a function that falls before it rises seldom has more. */
    static Edges of(int bits) {
        return new Edges(0, Collections.nCopies((1 << bits) + 15, 0), 0);
    }

    private static void find(IntUnaryOperator code, int from, int to, List<Integer> at) {
        int change = Math.abs(code.applyAsInt(to) - code.applyAsInt(from));
        if (change == 0) {
            return;
        }
        if (to - from == 1) {
            // a function that jumps passes several codes at one place
            for (int i = 0; i < change; i++) {
                at.add(to);
            }
            return;
        }
        int middle = from + (to - from) / 2;
        find(code, from, middle, at);
        find(code, middle, to, at);
    }
}
