package io.fullynested.core.spec;

import io.fullynested.api.plugin.Option;
import io.fullynested.core.plugin.Spelling;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Turns single values into numbers, texts, switches, paths and constants. Throws {@link IllegalArgumentException} on wrong ones. */
final class ScalarBinder {

    private static final Map<Class<?>, Function<BigDecimal, Object>> NUMBERS = Map.of(
            int.class, BigDecimal::intValueExact, Integer.class, BigDecimal::intValueExact,
            long.class, BigDecimal::longValueExact, Long.class, BigDecimal::longValueExact,
            float.class, BigDecimal::floatValue, Float.class, BigDecimal::floatValue,
            double.class, BigDecimal::doubleValue, Double.class, BigDecimal::doubleValue);

    private ScalarBinder() {
    }

    static boolean binds(Class<?> type) {
        return NUMBERS.containsKey(type) || type == boolean.class || type == Boolean.class || type == String.class
                || type == Path.class || type.isEnum();
    }

    /** @param option holds the legal range of numbers; may be null */
    static Object bind(Class<?> type, String text, Option option) {
        if (type == String.class) {
            return text;
        }
        if (type == Path.class) {
            return path(text);
        }
        if (type == boolean.class || type == Boolean.class) {
            return choice(text, List.of("true", "false"), List.of(true, false));
        }
        if (type.isEnum()) {
            List<?> constants = List.of(type.getEnumConstants());
            return choice(text, constants.stream().map(constant -> kebab(((Enum<?>) constant).name())).toList(), constants);
        }
        return number(type, text, option);
    }

    /** {@code minKeep} and {@code MIN_KEEP} are {@code min-keep}. */
    static String kebab(String javaName) {
        return javaName.replaceAll("([a-z0-9])([A-Z])", "$1-$2").replace('_', '-').toLowerCase(Locale.ROOT);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path: " + e.getReason(), e);
        }
    }

    private static Object choice(String text, List<String> names, List<?> values) {
        int index = names.indexOf(text);
        if (index < 0) {
            throw new IllegalArgumentException("expected " + (names.size() == 2 ? String.join(" or ", names)
                    : "one of " + String.join(", ", names)) + ", found '" + text + "'." + Spelling.maybe(text, names));
        }
        return values.get(index);
    }

    private static Object number(Class<?> type, String text, Option option) {
        boolean whole = Stream.of(int.class, long.class, Integer.class, Long.class).anyMatch(type::equals);
        BigDecimal value = Quantity.number(text).orElseThrow(() -> new IllegalArgumentException("expected "
                + (whole ? "a whole number such as 3, 200_000 or 200k" : "a number such as 0.5, 1/4, 50 % or 1e-3")
                + ", found '" + text + "'"));
        if (whole && value.stripTrailingZeros().scale() > 0) {
            throw new IllegalArgumentException("expected a whole number, found '" + text + "'");
        }
        double min = option == null ? Double.NEGATIVE_INFINITY : option.min();
        double max = option == null ? Double.POSITIVE_INFINITY : option.max();
        if (type == int.class || type == Integer.class) {
            min = Math.max(min, Integer.MIN_VALUE);
            max = Math.min(max, Integer.MAX_VALUE);
        } else if (whole) {
            min = Math.max(min, -9e18);
            max = Math.min(max, 9e18);
        }
        double approximate = value.doubleValue();
        if (approximate < min || approximate > max) {
            String nearest = plain(approximate < min ? min : max);
            boolean closed = option != null && Double.isFinite(option.min()) && Double.isFinite(option.max());
            String range = closed ? "within " + plain(min) + ".." + plain(max) : (approximate < min ? "at least " : "at most ") + nearest;
            throw new IllegalArgumentException("must be " + range + ", found " + text + ". Maybe " + nearest + "?");
        }
        return NUMBERS.get(type).apply(value);
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) && Math.abs(bound) < 1e15 ? Long.toString((long) bound) : Double.toString(bound);
    }
}
