package io.fullynested.api.search;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a submodel may cost.
 *
 * @param name   names the submodel that is found
 * @param limits cost model → the most it may say; all hold at once
 */
public record Budget(String name, Map<String, Double> limits) implements Serializable {

    public Budget {
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    }

    /** Whether all limits hold. */
    public boolean allows(Map<String, Double> costs) {
        return limits.entrySet().stream().allMatch(limit -> costs.get(limit.getKey()) <= limit.getValue());
    }
}
