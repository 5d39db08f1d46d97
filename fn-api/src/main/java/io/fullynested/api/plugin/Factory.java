package io.fullynested.api.plugin;

import java.util.function.Function;

/**
 * Makes things of one kind from options that stand in YAML.
 *
 * @param kind    the name in YAML, in kebab case: {@code kind: squeeze-excite}
 * @param summary what it is, in one line
 * @param options a record whose components are the options, each with an {@link Option}; its constructor may throw
 *                {@link IllegalArgumentException} on values that do not fit together
 * @param create  makes the thing from such a record
 * @param <T>     what is made: a block, a cost model, …
 */
public record Factory<T>(String kind, String summary, Class<? extends Record> options, Function<Record, T> create) {

    /** The options of what has none. */
    public record None() {
    }

    /** Things that are records of their own options: {@code record SqueezeExcite(int reduction) implements NestableBlock}. */
    public static <T, R extends Record> Factory<T> of(String kind, String summary, Class<R> type, Class<T> role) {
        return new Factory<>(kind, summary, type, role::cast);
    }

    /** Things made from a record of options. */
    public static <T, R extends Record> Factory<T> of(String kind, String summary, Class<R> options, Function<R, ? extends T> create) {
        return new Factory<>(kind, summary, options, record -> create.apply(options.cast(record)));
    }

    /** A thing without options. */
    public static <T> Factory<T> of(String kind, String summary, T thing) {
        return new Factory<>(kind, summary, None.class, none -> thing);
    }
}
