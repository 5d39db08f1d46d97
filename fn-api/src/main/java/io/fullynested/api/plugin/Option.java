package io.fullynested.api.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Documents a component of an options record. In YAML the component {@code minKeep} is the key {@code min-keep}. A component
 * without {@link #byDefault()} must be given, unless it is an {@link java.util.Optional}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {

    /** What it is, in one line, with its unit. */
    String value();

    /** The value if the key is absent, as it would stand in YAML. */
    String byDefault() default "";

    /**
     * The unit that a quantity is converted to: {@code B/s}, {@code OPS}, {@code Hz}, {@code pJ}, {@code bytes}, {@code ms}. In YAML it
     * stands with any unit of the same kind, {@code 8 GB/s}. Empty for a plain number.
     */
    String unit() default "";

    /** The least legal number, in {@link #unit()}. */
    double min() default Double.NEGATIVE_INFINITY;

    /** The greatest legal number, in {@link #unit()}. */
    double max() default Double.POSITIVE_INFINITY;
}
