package io.fullynested.report;

import io.fullynested.api.search.Candidate;
import java.util.Map;

/**
 * Something that was looked for, and what was found.
 *
 * @param number      from 0, in the order of the description; gives it its colour and marker
 * @param constraints limits of costs, or the least score under the name of its metric
 */
record Goal(int number, String name, Map<String, Double> constraints, Candidate chosen) {

    private static final int STYLES = 6;
    private static final String[] MARKERS = {
        "M%s,%s m0,-8 l8,8 -8,8 -8,-8z", "M%s,%s m-6.5,-6.5 h13 v13 h-13z", "M%s,%s m0,-8.5 l8.5,14 h-17z", "M%s,%s m0,8.5 l8.5,-14 h-17z",
        "M%s,%s m-7,-2.5 h4.5 v-4.5 h5 v4.5 h4.5 v5 h-4.5 v4.5 h-5 v-4.5 h-4.5z", "M%s,%s m-7,0 a7,7 0 1,0 14,0 a7,7 0 1,0 -14,0z"};

    /** The class of its colour. */
    String style() {
        return "goal" + number % STYLES;
    }

    /** The path of its marker around a point. */
    String marker(double x, double y) {
        return String.format(MARKERS[number % STYLES], Markup.number(x), Markup.number(y));
    }
}
