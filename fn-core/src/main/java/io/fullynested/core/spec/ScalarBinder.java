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

/** Turns single values into numbers, texts, switches, paths and constants; {@link IllegalArgumentException} on wrong ones. */
final class ScalarBinder {

    /** What a Java number can hold, up to {@code greatest} on both sides of 0, and how it is made. */
    private record NumberType(boolean whole, BigDecimal greatest, Function<BigDecimal, Object> convert) {
    }

    private static final NumberType INT = new NumberType(true, BigDecimal.valueOf(Integer.MAX_VALUE), BigDecimal::intValueExact);
    private static final NumberType LONG = new NumberType(true, BigDecimal.valueOf(Long.MAX_VALUE), BigDecimal::longValueExact);
    private static final NumberType FLOAT = new NumberType(false, new BigDecimal("3.4028235e38"), BigDecimal::floatValue);
    private static final NumberType DOUBLE = new NumberType(false, BigDecimal.valueOf(Double.MAX_VALUE), BigDecimal::doubleValue);
    private static final Map<Class<?>, NumberType> NUMBERS = Map.of(int.class, INT, Integer.class, INT, long.class, LONG,
            Long.class, LONG, float.class, FLOAT, Float.class, FLOAT, double.class, DOUBLE, Double.class, DOUBLE);

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

    /** A value as {@link #bind} reads it; numbers without a unit. */
    static String text(Object value) {
        if (value instanceof Enum<?> constant) {
            return kebab(constant.name());
        }
        if (value instanceof Double || value instanceof Float) {
            String shortest = value.toString();
            return shortest.matches("-?[0-9.]+([eE]-?[0-9]+)?") ? plain(new BigDecimal(shortest)) : shortest;
        }
        return value.toString();
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
                    : "one of " + String.join(", ", names)) + ", found '" + text + "'" + Spelling.maybe(text, names));
        }
        return values.get(index);
    }

    private static Object number(Class<?> type, String text, Option option) {
        NumberType number = NUMBERS.get(type);
        String unit = option == null ? "" : option.unit();
        BigDecimal value = !unit.isEmpty() ? Quantity.amount(text, unit, false) : Quantity.number(text).orElseThrow(() -> new IllegalArgumentException("expected "
                + (number.whole() ? "a whole number such as 3, 200_000 or 200k" : "a number such as 0.5, 1/4, 50 % or 1e-3")
                + ", found '" + text + "'"));
        if (number.whole() && value.stripTrailingZeros().scale() > 0) {
            throw new IllegalArgumentException("expected a whole number, found '" + text + "'");
        }
        boolean floor = option != null && Double.isFinite(option.min());
        boolean ceiling = option != null && Double.isFinite(option.max());
        BigDecimal min = floor ? BigDecimal.valueOf(option.min()).max(number.greatest().negate()) : number.greatest().negate();
        BigDecimal max = ceiling ? BigDecimal.valueOf(option.max()).min(number.greatest()) : number.greatest();
        boolean low = value.compareTo(min) < 0;
        if (low || value.compareTo(max) > 0) {
            String nearest = plain(low ? min : max);
            String range = floor && ceiling ? "within " + plain(min) + ".." + plain(max)
                    : (low ? "at least " : "at most ") + nearest;
            throw new IllegalArgumentException("must be " + range + (unit.isEmpty() ? "" : " " + unit) + ", found " + text + ". Maybe " + nearest
                    + (unit.isEmpty() ? "" : " " + unit) + "?");
        }
        return number.convert().apply(value);
    }

    private static String plain(BigDecimal bound) {
        BigDecimal shortest = bound.stripTrailingZeros();
        return shortest.precision() < 20 && Math.abs(shortest.scale()) < 20 ? shortest.toPlainString() : shortest.toString();
    }
}
