package io.fullynested.core.spec;

import io.fullynested.core.plugin.Spelling;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people write them: {@code 200_000}, {@code 200k}, {@code 1.5 M}, {@code 1/4}, {@code 50 %}, {@code 20 KiB}, {@code 8 GB/s}. */
final class Quantity {

    private static final Pattern FORM = Pattern.compile(
            "([+-]?(?:\\d[\\d_]*)?(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?)(?:\\s*/\\s*(\\d[\\d_]*))?\\s*([^\\s\\d.].*)?");

    private static final Map<String, BigDecimal> NUMBERS = units("", 0, "%", -2, "k", 3, "M", 6, "G", 9, "T", 12);

    /** Kinds of quantities: each unit and what it is worth in the first one of its kind. */
    private static final List<Map<String, BigDecimal>> KINDS = List.of(
            binary("B", units("B", 0, "bytes", 0, "kB", 3, "MB", 6, "GB", 9, "TB", 12)),
            binary("B/s", units("B/s", 0, "kB/s", 3, "MB/s", 6, "GB/s", 9, "TB/s", 12)),
            // the micro sign is two characters, of which keyboards have one
            units("s", 0, "ms", -3, "us", -6, "µs", -6, "μs", -6, "ns", -9),
            units("J", 0, "mJ", -3, "uJ", -6, "µJ", -6, "μJ", -6, "nJ", -9, "pJ", -12),
            units("J/B", 0, "nJ/B", -9, "pJ/B", -12),
            units("OPS", 0, "kOPS", 3, "MOPS", 6, "GOPS", 9, "TOPS", 12, "FLOPS", 0, "MFLOPS", 6, "GFLOPS", 9, "TFLOPS", 12),
            units("Hz", 0, "kHz", 3, "MHz", 6, "GHz", 9));

    private Quantity() {
    }

    /** Reads a plain number. */
    static Optional<BigDecimal> number(String text) {
        Matcher form = FORM.matcher(text.strip());
        return form.matches() ? value(form, NUMBERS) : Optional.empty();
    }

    /**
     * Reads an amount.
     *
     * @param unit what the result is in; the text may have any unit of its kind
     * @param bare whether a number alone, of that unit, will do
     * @throws IllegalArgumentException if it is none, telling which units there are
     */
    static BigDecimal amount(String text, String unit, boolean bare) {
        String stripped = text.strip();
        Optional<Map<String, BigDecimal>> kind = KINDS.stream().filter(units -> units.containsKey(unit)).findFirst();
        Matcher form = FORM.matcher(stripped);
        Optional<BigDecimal> read = kind.isEmpty()
                ? number(stripped.endsWith(unit) ? stripped.substring(0, stripped.length() - unit.length()) : stripped)
                : form.matches() ? value(form, kind.get()).map(value -> value.divide(kind.get().get(unit), MathContext.DECIMAL128))
                        .or(() -> bare ? number(stripped) : Optional.empty()) : Optional.empty();
        return read.orElseThrow(() -> new IllegalArgumentException("expected "
                + kind.map(units -> "an amount such as " + (bare ? "200k or " : "") + "20 " + unit).orElse("a number such as 200_000, 200k or 1.5M " + unit)
                + ", found '" + text + "'" + (form.matches() && form.group(3) != null ? maybe(form.group(3), kind.orElse(NUMBERS).keySet()) : ".")
                + " The units are " + String.join(", ", kind.map(Quantity::told).orElse(List.of("k", "M", "G", "T")))));
    }

    private static String maybe(String unit, Collection<String> units) {
        return Spelling.maybeOrStop(unit, units.stream().filter(known -> known.equalsIgnoreCase(unit)).toList());
    }

    /** The units of a kind, one spelling each. */
    private static List<String> told(Map<String, BigDecimal> units) {
        return units.keySet().stream().filter(unit -> !unit.startsWith("u") && !unit.startsWith("μ") && !unit.equals("bytes")).toList();
    }

    private static Optional<BigDecimal> value(Matcher form, Map<String, BigDecimal> units) {
        BigDecimal factor = units.get(form.group(3) == null ? "" : form.group(3));
        if (factor == null) {
            return Optional.empty();
        }
        try {
            BigDecimal value = new BigDecimal(form.group(1).replace("_", ""));
            if (form.group(2) != null) {
                value = value.divide(new BigDecimal(form.group(2).replace("_", "")), MathContext.DECIMAL128);
            }
            return Optional.of(value.multiply(factor));
        } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** @param unitsAndPowers of ten */
    private static Map<String, BigDecimal> units(Object... unitsAndPowers) {
        Map<String, BigDecimal> units = new LinkedHashMap<>();
        for (int i = 0; i < unitsAndPowers.length; i += 2) {
            units.put((String) unitsAndPowers[i], BigDecimal.ONE.scaleByPowerOfTen((Integer) unitsAndPowers[i + 1]));
        }
        return units;
    }

    private static Map<String, BigDecimal> binary(String base, Map<String, BigDecimal> decimal) {
        Map<String, BigDecimal> units = new LinkedHashMap<>(decimal);
        List<String> prefixes = new ArrayList<>(List.of("Ki", "Mi", "Gi", "Ti"));
        prefixes.forEach(prefix -> units.put(prefix + base, BigDecimal.valueOf(1024).pow(prefixes.indexOf(prefix) + 1)));
        return units;
    }
}
