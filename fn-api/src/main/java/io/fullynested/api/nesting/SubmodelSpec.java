package io.fullynested.api.nesting;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A submodel of a supernet: the kept prefix of each of its axes.
 *
 * @param keeps axis id → number of leading terms kept; sorted by id
 */
public record SubmodelSpec(Map<String, Integer> keeps) implements Serializable {

    public SubmodelSpec {
        keeps = Collections.unmodifiableMap(new TreeMap<>(keeps));
    }

    /**
     * The number of terms kept of an axis.
     *
     * @throws IllegalArgumentException if the selection does not mention it
     */
    public int keep(String axis) {
        Integer keep = keeps.get(axis);
        if (keep == null) {
            throw new IllegalArgumentException("The selection says nothing about axis '" + axis + "'; it has " + keeps.keySet());
        }
        return keep;
    }

    /** The same selection with one axis changed. */
    public SubmodelSpec with(String axis, int keep) {
        Map<String, Integer> changed = new TreeMap<>(keeps);
        changed.put(axis, keep);
        return new SubmodelSpec(changed);
    }

    /** As {@code axis=keep,axis=keep,…}, sorted by axis. */
    @Override
    public String toString() {
        return keeps.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(","));
    }

    /**
     * Reads what {@link #toString()} writes; blanks around the parts are ignored.
     *
     * @throws IllegalArgumentException naming the part that is not {@code axis=keep}
     */
    public static SubmodelSpec parse(String text) {
        Map<String, Integer> keeps = new TreeMap<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",")) {
            String[] sides = part.split("=", -1);
            try {
                if (sides.length != 2 || keeps.put(sides[0].strip(), Integer.valueOf(sides[1].strip())) != null) {
                    throw new NumberFormatException();
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + part.strip() + "' in a selection is not axis=keep, or names its axis twice. "
                        + "Maybe 'stage1.layers=1'?", e);
            }
        }
        return new SubmodelSpec(keeps);
    }
}
