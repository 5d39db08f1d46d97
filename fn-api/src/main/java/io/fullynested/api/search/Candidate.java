package io.fullynested.api.search;

import io.fullynested.api.nesting.SubmodelSpec;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A submodel that a search looked at.
 *
 * @param spec       its selection
 * @param costs      cost model → what it says
 * @param evaluation how good it is
 */
public record Candidate(SubmodelSpec spec, Map<String, Double> costs, Evaluation evaluation) implements Serializable {

    public Candidate {
        costs = Collections.unmodifiableMap(new TreeMap<>(costs));
    }
}
