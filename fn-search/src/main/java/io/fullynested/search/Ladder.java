package io.fullynested.search;

import io.fullynested.api.search.Budget;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Budgets of one cost, each the same factor below the one before. */
final class Ladder {

    /** Lower than this share of the highest rung there is nothing worth telling apart. */
    private static final double LOWEST = 1e-6;

    private Ladder() {
    }

    /**
     * The rungs, the highest first.
     *
     * @param name what they are for; a blank in their names keeps them apart from those that people give
     * @param rungs how many, at least 1
     */
    static List<Budget> between(double lowest, double highest, String name, String cost, int rungs) {
        double factor = Math.max(lowest, LOWEST * highest) / highest;
        return IntStream.range(0, rungs).mapToObj(i -> new Budget(name + " " + (i + 1),
                Map.of(cost, rungs == 1 ? highest : highest * Math.pow(factor, i / (rungs - 1.0))))).toList();
    }
}
