package io.fullynested.search;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The costs of a submodel, each computed when it is first asked for: a search asks for those that its budgets limit of thousands of submodels, and
 * for all of those that it measures. Not for several threads.
 */
final class CostsOnDemand extends AbstractMap<String, Double> {

    private final Set<String> names;
    private final ToDoubleFunction<String> cost;
    private final Map<String, Double> known = new HashMap<>();

    /** @param names of all costs, in the order in which they are told */
    CostsOnDemand(Set<String> names, ToDoubleFunction<String> cost) {
        this.names = names;
        this.cost = cost;
    }

    @Override
    public Double get(Object name) {
        return names.contains(name) ? known.computeIfAbsent((String) name, cost::applyAsDouble) : null;
    }

    @Override
    public boolean containsKey(Object name) {
        return names.contains(name);
    }

    @Override
    public Set<Entry<String, Double>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, Double>> iterator() {
                return names.stream().<Entry<String, Double>>map(name -> new SimpleImmutableEntry<>(name, get(name))).iterator();
            }

            @Override
            public int size() {
                return names.size();
            }
        };
    }
}
