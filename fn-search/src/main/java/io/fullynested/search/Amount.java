package io.fullynested.search;

import java.util.Locale;

/** Costs as people read them. */
final class Amount {

    private Amount() {
    }

    /** As {@code 372,292 MACs}, {@code 13.4 KiB} or {@code 1.250 ms}. */
    static String text(double value, String unit) {
        if (unit.equals("bytes") && value >= 1024) {
            return value < 1024 * 1024 ? String.format(Locale.ROOT, "%,.1f KiB", value / 1024)
                    : String.format(Locale.ROOT, "%,.1f MiB", value / (1024 * 1024));
        }
        return String.format(Locale.ROOT, value == Math.rint(value) ? "%,.0f %s" : "%,.3f %s", value, unit);
    }
}
