package io.fullynested.core.spec;

import io.fullynested.api.plugin.Option;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An option of a record, as people read about it.
 *
 * @param key      in YAML; in angle brackets what {@link OtherKeys} are called
 * @param type     of the component
 * @param meaning  in one line
 * @param standard the value if the key is absent, as it would stand in YAML
 * @param required whether the key must be given
 * @param range    of legal numbers: {@code 1..8}, {@code ≥ 1}, or nothing
 * @param unit     of a quantity, or nothing for a plain number
 */
public record OptionDescription(String key, Type type, String meaning, Optional<String> standard, boolean required, String range,
                                String unit) {

    /** The options of a record whose components all carry an {@link Option}, in their order. */
    public static List<OptionDescription> of(Class<? extends Record> options) {
        return Arrays.stream(options.getRecordComponents()).map(OptionDescription::of).toList();
    }

    private static OptionDescription of(RecordComponent component) {
        Option option = component.getAnnotation(Option.class);
        Optional<String> standard = Optional.of(option.byDefault()).filter(value -> !value.isEmpty());
        String range = range(option.min(), option.max());
        String key = ScalarBinder.kebab(component.getName());
        return new OptionDescription(component.getType() == OtherKeys.class ? "<" + key + ">" : key, component.getGenericType(), option.value(), standard,
                standard.isEmpty() && component.getType() != Optional.class, range.isEmpty() || option.unit().isEmpty() ? range : range + " " + option.unit(),
                option.unit());
    }

    /** The constants of an enum, as they stand in YAML. */
    public static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(constant -> ScalarBinder.kebab(((Enum<?>) constant).name())).toList();
    }

    private static String range(double min, double max) {
        if (Double.isFinite(min)) {
            return Double.isFinite(max) ? plain(min) + ".." + plain(max) : "≥ " + plain(min);
        }
        return Double.isFinite(max) ? "≤ " + plain(max) : "";
    }

    private static String plain(double bound) {
        BigDecimal shortest = BigDecimal.valueOf(bound).stripTrailingZeros();
        return shortest.scale() > 6 ? shortest.toString().toLowerCase(Locale.ROOT) : shortest.toPlainString();
    }
}
