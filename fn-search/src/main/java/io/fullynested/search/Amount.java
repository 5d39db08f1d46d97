package io.fullynested.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Costs as people read them. */
final class Amount {

    private Amount() {
    }

    /** As {@code 372,292 MACs}, {@code 13.4 KiB} or {@code 1.25 ms}. */
    static String text(double value, String unit) {
        if (unit.equals("bytes") && value >= 1024) {
            return value < 1024 * 1024 ? String.format(Locale.ROOT, "%,.1f KiB", value / 1024)
                    : String.format(Locale.ROOT, "%,.1f MiB", value / (1024 * 1024));
        }
        String number = value == Math.rint(value) || value >= 1000 ? String.format(Locale.ROOT, "%,.0f", value)
                : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
        return number + " " + unit;
    }
}
