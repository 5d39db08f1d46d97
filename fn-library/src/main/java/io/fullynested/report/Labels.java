package io.fullynested.report;

import java.util.ArrayList;
import java.util.List;

/** Places names by their points, so that none is on another. */
final class Labels {

    /** Of a letter, and of a line. */
    private static final double LETTER = 8;
    private static final double LINE = 14;
    /** From a point to the base of its name: above it, below it, then further away. */
    private static final double[] PLACES = {-15, 25, -29, 39, -43, 53, -57, 67};

    private final double top;
    private final List<double[]> taken = new ArrayList<>();

    /** @param top no name is above it */
    Labels(double top) {
        this.top = top;
    }

    /** The base of a name that is centred over a point; the last place if none is free. */
    double place(String name, double x, double y) {
        double half = LETTER * name.length() / 2;
        double base = y;
        for (double place : PLACES) {
            base = y + place;
            if (base - LINE >= top - LINE && isFree(x, half, base)) {
                break;
            }
        }
        taken.add(new double[] {x, half, base});
        return base;
    }

    private boolean isFree(double x, double half, double base) {
        return taken.stream().noneMatch(other -> Math.abs(other[0] - x) < half + other[1] && Math.abs(other[2] - base) < LINE);
    }
}
