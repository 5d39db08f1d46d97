package io.fullynested.hardware;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A figure for some widths of numbers in bits; a width that has none takes that of the next wider one. */
final class PerBits {

    private final String what;
    private final NavigableMap<Integer, Double> figures = new TreeMap<>();

    /**
     * @param what      what it is a figure of, for messages
     * @param figures bits → figure
     * @throws IllegalArgumentException if a key is no width, or a figure is not above 0
     */
    PerBits(String what, Map<String, Double> figures) {
        this.what = what;
        figures.forEach((bits, figure) -> {
            if (!bits.matches("[1-9]|[12][0-9]|3[0-2]")) {
                throw new IllegalArgumentException(what + " is given for '" + bits + "', which is not a width of 1 to 32 bits. Maybe 8?");
            }
            if (!(figure > 0)) {
                throw new IllegalArgumentException(what + " at " + bits + " bits must be above 0, found " + figure);
            }
            this.figures.put(Integer.valueOf(bits), figure);
        });
        if (this.figures.isEmpty()) {
            throw new IllegalArgumentException(what + " is given for no width. Maybe {8: …}?");
        }
    }

    /**
     * The figure of a width.
     *
     * @param of what has that width, for messages
     * @throws IllegalArgumentException if no width is as wide
     */
    double at(int bits, String of) {
        Map.Entry<Integer, Double> figure = figures.ceilingEntry(bits);
        if (figure == null) {
            throw new IllegalArgumentException(of + " has numbers of " + bits + " bits" + (bits == 32 ? " (float32)" : "") + ", for which no "
                    + what + " is given; there is one for " + figures.keySet() + " bits. Maybe add " + bits + "?");
        }
        return figure.getValue();
    }

    /** @throws IllegalArgumentException if a wider number has a better figure than a narrower one: costs would not be monotone */
    PerBits falling() {
        Map.Entry<Integer, Double> wider = null;
        for (Map.Entry<Integer, Double> figure : figures.descendingMap().entrySet()) {
            if (wider != null && figure.getValue() < wider.getValue()) {
                throw new IllegalArgumentException(what + " at " + figure.getKey() + " bits is less than at " + wider.getKey()
                        + ". Leave out " + figure.getKey() + ": it is then taken from the next wider width");
            }
            wider = figure;
        }
        return this;
    }

    @Override
    public String toString() {
        return figures.toString();
    }
}
