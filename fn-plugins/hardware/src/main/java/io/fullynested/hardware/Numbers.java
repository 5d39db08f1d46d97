package io.fullynested.hardware;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Statistics of small collections. */
final class Numbers {

    private Numbers() {
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static <T> Map<String, List<T>> grouped(Collection<T> things, Function<T, String> by) {
        return things.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.toList()));
    }
}
