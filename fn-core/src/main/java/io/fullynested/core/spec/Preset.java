package io.fullynested.core.spec;

/**
 * A named set of options. An enum of them as the type of an option gives that key a second meaning: what the chosen one says lies
 * under the keys beside it. A key that is written wins; where both are keys and values without a {@code kind}, key by key.
 */
public interface Preset {

    /** The options it sets, as they would stand beside its own key. */
    String yaml();
}
