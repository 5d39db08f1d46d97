package io.fullynested.fidelity;

import java.util.List;
import java.util.Locale;

/**
 * Mean and spread of several seeds.
 *
 * @param deviation standard deviation of a sample; 0 for one seed
 */
record Spread(double mean, double deviation, int count) {

    /** @param values at least one */
    static Spread of(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
        return new Spread(mean, values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)), values.size());
    }

    @Override
    public String toString() {
        return count < 2 ? String.format(Locale.ROOT, "%.2f", mean) : String.format(Locale.ROOT, "%.2f ± %.2f", mean, deviation);
    }
}
