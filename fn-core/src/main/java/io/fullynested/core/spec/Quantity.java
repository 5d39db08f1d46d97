package io.fullynested.core.spec;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people write them: {@code 200_000}, {@code 200k}, {@code 1.5 M}, {@code 1/4}, {@code 50 %}, {@code 20 KiB}. */
final class Quantity {

    private static final Pattern FORM = Pattern.compile(
            "([+-]?(?:\\d[\\d_]*)?(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?)(?:\\s*/\\s*(\\d[\\d_]*))?\\s*([a-zA-Z]*|%)");

    private static final Map<String, BigDecimal> NUMBERS = Map.of("", BigDecimal.ONE, "%", new BigDecimal("0.01"),
            "k", power(1000, 1), "M", power(1000, 2), "G", power(1000, 3), "T", power(1000, 4));

    private static final Map<String, BigDecimal> BYTES = Map.of("B", BigDecimal.ONE,
            "kB", power(1000, 1), "MB", power(1000, 2), "GB", power(1000, 3), "TB", power(1000, 4),
            "KiB", power(1024, 1), "MiB", power(1024, 2), "GiB", power(1024, 3), "TiB", power(1024, 4));

    private Quantity() {
    }

    /** Reads a number. */
    static Optional<BigDecimal> number(String text) {
        return read(text, NUMBERS);
    }

    /** Reads a number, or a number of bytes. */
    static Optional<BigDecimal> amount(String text) {
        return number(text).or(() -> read(text, BYTES));
    }

    private static Optional<BigDecimal> read(String text, Map<String, BigDecimal> units) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches() || !units.containsKey(form.group(3))) {
            return Optional.empty();
        }
        try {
            BigDecimal value = new BigDecimal(form.group(1).replace("_", ""));
            if (form.group(2) != null) {
                value = value.divide(new BigDecimal(form.group(2).replace("_", "")), MathContext.DECIMAL128);
            }
            return Optional.of(value.multiply(units.get(form.group(3))));
        } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static BigDecimal power(int base, int exponent) {
        return BigDecimal.valueOf(base).pow(exponent);
    }
}
