package io.fullynested.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The multiple-choice knapsack: of each group one item, the sum of their losses as small as possible, the sums of their costs within limits. Solved
 * exactly, by dynamic programming over the choices that no other beats in loss and all costs (Nemhauser and Ullmann, Management Science
 * 1969; for groups Kellerer, Pferschy and Pisinger, Knapsack Problems, 2004, chapter 11). Nothing is rounded, so the time depends on how many such choices there are.
 */
final class MultipleChoice {

    private final List<List<Item>> groups;
    private final double[] limits;
    private final double[][] least;

    /**
     * Something that can be taken of a group.
     *
     * @param costs by limit
     */
    record Item(double loss, double[] costs) {
    }

    /** Items taken of the first groups; the last of them stands first. */
    private record Taken(double loss, double[] costs, int item, Taken before) {
    }

    /**
     * A problem.
     *
     * @param groups not empty, each with an item
     * @param limits what costs may be together
     */
    MultipleChoice(List<List<Item>> groups, double[] limits) {
        this.groups = groups;
        this.limits = limits;
        this.least = new double[groups.size() + 1][limits.length];
        for (int g = groups.size() - 1; g >= 0; g--) {
            for (int c = 0; c < limits.length; c++) {
                int cost = c;
                least[g][c] = least[g + 1][c] + groups.get(g).stream().mapToDouble(item -> item.costs()[cost]).min().orElseThrow();
            }
        }
    }

    /**
     * The choices within the limits that no other beats, the least loss first: the first one is the optimum.
     *
     * @param step run after each group, for long problems; may throw to end it
     * @return for each choice the index of the item taken of each group; empty if nothing is within the limits
     */
    List<int[]> solve(Runnable step) {
        List<Taken> all = List.of(new Taken(0, new double[limits.length], -1, null));
        for (int g = 0; g < groups.size(); g++) {
            List<Taken> more = new ArrayList<>();
            List<Item> items = groups.get(g);
            for (Taken before : all) {
                for (int i = 0; i < items.size(); i++) {
                    double[] costs = sum(before.costs(), items.get(i).costs());
                    if (canHold(costs, g + 1)) {
                        more.add(new Taken(before.loss() + items.get(i).loss(), costs, i, before));
                    }
                }
            }
            all = unbeaten(more);
            step.run();
        }
        return all.stream().map(this::items).toList();
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int c = 0; c < sum.length; c++) {
            sum[c] += b[c];
        }
        return sum;
    }

    private boolean canHold(double[] costs, int next) {
        for (int c = 0; c < limits.length; c++) {
            if (costs[c] + least[next][c] > limits[c]) {
                return false;
            }
        }
        return true;
    }

    private static List<Taken> unbeaten(List<Taken> all) {
        all.sort(Comparator.comparingDouble(Taken::loss).thenComparing(Taken::costs, Arrays::compare));
        List<Taken> unbeaten = new ArrayList<>();
        Stairs stairs = new Stairs();
        for (Taken one : all) {
            if (stairs.add(one.costs())) {
                unbeaten.add(one);
            }
        }
        return unbeaten;
    }

    private int[] items(Taken last) {
        int[] items = new int[groups.size()];
        Taken taken = last;
        for (int g = items.length - 1; g >= 0; g--) {
            items[g] = taken.item();
            taken = taken.before();
        }
        return items;
    }

    /** Costs of what has no more loss than what is still to come. */
    private static final class Stairs {

        /** The first cost → the least second one of all with no more of the first; falls from left to right. */
        private final TreeMap<Double, Double> two = new TreeMap<>();
        private final List<double[]> many = new ArrayList<>();

        /** Adds some unless others are nowhere higher; whether it did. */
        boolean add(double[] costs) {
            return costs.length > 2 ? addMany(costs) : addTwo(costs.length > 0 ? costs[0] : 0, costs.length > 1 ? costs[1] : 0);
        }

        private boolean addTwo(double first, double second) {
            Map.Entry<Double, Double> left = two.floorEntry(first);
            if (left != null && left.getValue() <= second) {
                return false;
            }
            for (Map.Entry<Double, Double> right = two.ceilingEntry(first); right != null && right.getValue() >= second; right = two.ceilingEntry(first)) {
                two.remove(right.getKey());
            }
            two.put(first, second);
            return true;
        }

        private boolean addMany(double[] costs) {
            for (double[] other : many) {
                boolean beaten = true;
                for (int c = 0; c < costs.length && beaten; c++) {
                    beaten = other[c] <= costs[c];
                }
                if (beaten) {
                    return false;
                }
            }
            many.add(costs);
            return true;
        }
    }
}
