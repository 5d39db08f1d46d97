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

    /** The least legal number. */
    double min() default Double.NEGATIVE_INFINITY;

    /** The greatest legal number. */
    double max() default Double.POSITIVE_INFINITY;
}
