package io.fullynested.api.cost;

import java.util.Map;

/** Hardware that a person describes in YAML, {@code device: {name: pi4, kind: roofline, …}}, and what networks cost there. */
@FunctionalInterface
public interface Device {

    /** What it can tell, by quantity in kebab case: {@code latency}. A budget calls it {@code pi4.latency}. */
    Map<String, CostModel> costs();

    /** What it has of its own quantities, in their units. Budgets that limit any cost of the device hold these limits too. */
    default Map<String, Double> limits() {
        return Map.of();
    }
}
