package io.fullynested.core.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * As a component of a record of options: the keys that are none of its other components, each with a number. It has no key of its own.
 *
 * @param numbers by key, in the order of the file
 */
public record OtherKeys(Map<String, Double> numbers) {

    public OtherKeys {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }
}
