package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import io.fullynested.core.task.MultiLabel.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Counts which labels were found, and remembers how sure each answer was. */
final class LabelMeter implements Meter {

    private final long[] actual;
    private final long[] taken;
    private final long[] right;
    private final List<float[]> outputs = new ArrayList<>();
    private final List<float[]> targets = new ArrayList<>();
    private long whole;

    LabelMeter(int labels) {
        this.actual = new long[labels];
        this.taken = new long[labels];
        this.right = new long[labels];
    }

    @Override
    public void add(float[] output, float[] target) {
        boolean all = true;
        for (int k = 0; k < actual.length; k++) {
            boolean has = target[k] > 0;
            boolean found = output[k] > 0;
            actual[k] += has ? 1 : 0;
            taken[k] += found ? 1 : 0;
            right[k] += has && found ? 1 : 0;
            all &= has == found && !Float.isNaN(output[k]);
        }
        whole += all ? 1 : 0;
        outputs.add(output.clone());
        targets.add(target.clone());
    }

    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(Metric.MACRO_F1.id(), labels().filter(k -> actual[k] + taken[k] > 0)
                .mapToDouble(k -> 2.0 * right[k] / (actual[k] + taken[k])).average().orElse(1));
        metrics.put(Metric.SUBSET_ACCURACY.id(), (double) whole / outputs.size());
        metrics.put(Metric.MEAN_AVERAGE_PRECISION.id(), labels().filter(k -> actual[k] > 0).mapToDouble(this::averagePrecision).average().orElse(1));
        return metrics;
    }

    private IntStream labels() {
        return IntStream.range(0, actual.length);
    }

    /** {@code Σ (recallᵢ − recallᵢ₋₁) precisionᵢ} over the thresholds, images of one output taken together. */
    private double averagePrecision(int label) {
        Integer[] order = IntStream.range(0, outputs.size()).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> -score(i, label)));
        double sum = 0;
        long found = 0;
        long before = 0;
        for (int i = 0; i < order.length; i++) {
            found += targets.get(order[i])[label] > 0 ? 1 : 0;
            if (i + 1 == order.length || score(order[i + 1], label) != score(order[i], label)) {
                sum += (double) (found - before) / actual[label] * found / (i + 1);
                before = found;
            }
        }
        return sum;
    }

    /** What is no number comes last. */
    private double score(int image, int label) {
        float output = outputs.get(image)[label];
        return Float.isNaN(output) ? Double.NEGATIVE_INFINITY : output;
    }
}
