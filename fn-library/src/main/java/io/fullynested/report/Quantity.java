package io.fullynested.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** Numbers as people read them: three digits, and a prefix for the rest. */
final class Quantity {

    private static final List<String> DECIMAL = List.of("", " k", " M", " G", " T", " P");
    private static final List<String> BINARY = List.of(" B", " KiB", " MiB", " GiB", " TiB");

    /** Longest symbol of a unit, {@code ms}; longer ones are words. */
    private static final int SYMBOL = 2;

    private Quantity() {
    }

    /** What stands behind a number for each power of {@link #step}: counts go without their unit, as in {@code 1.92 M} of MACs. */
    static List<String> prefixes(String unit) {
        return unit.equals("bytes") ? BINARY : unit.length() > SYMBOL ? DECIMAL
                : DECIMAL.stream().map(prefix -> (prefix.isEmpty() ? " " : prefix) + unit).toList();
    }

    static double step(String unit) {
        return unit.equals("bytes") ? 1024 : 1000;
    }

    /** What a number's prefix stands for: 1,024 of 20,000 bytes. */
    static double prefix(double value, String unit) {
        double prefix = 1;
        for (int power = 0; Math.abs(value) >= 0.9995 * prefix * step(unit) && power < prefixes(unit).size() - 1; power++) {
            prefix *= step(unit);
        }
        return prefix;
    }

    /** A number with its prefix. */
    static String text(double value, String unit) {
        double left = value;
        int power = 0;
        while (Math.abs(left) >= 0.9995 * step(unit) && power < prefixes(unit).size() - 1) {
            left /= step(unit);
            power++;
        }
        return digits(left) + prefixes(unit).get(power);
    }

    /** All digits of bytes, as {@code ls -l} shows them, and of counts below ten millions; of others as {@link #text} has them. */
    static String exact(double value, String unit) {
        boolean whole = value == Math.rint(value) && (unit.equals("bytes") || unit.length() > SYMBOL && value < 1e7);
        return whole ? String.format(Locale.ROOT, unit.equals("bytes") ? "%,.0f B" : "%,.0f", value) : text(value, unit);
    }

    /** Three digits or more, none of them lost before the point. */
    static String digits(double value) {
        return Math.abs(value) >= 100 ? String.format(Locale.ROOT, "%,.0f", value)
                : new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
    }

    /** A share of one as percent. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
