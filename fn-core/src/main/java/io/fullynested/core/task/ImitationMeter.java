package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The mean cosine of the angle between outputs and the teacher's, and the share of images whose greatest output is the same. */
final class ImitationMeter implements Meter {

    static final String COSINE = "cosine";
    static final String AGREEMENT = "agreement";

    private double cosines;
    private long same;
    private long count;

    @Override
    public void add(float[] output, float[] target) {
        count++;
        double lengths = Math.sqrt(product(output, output)) * Math.sqrt(product(target, target));
        double cosine = product(output, target) / lengths;
        // no direction is as good as the opposite one
        cosines += lengths > 0 && Double.isFinite(cosine) ? cosine : lengths == 0 && product(target, target) == product(output, output) ? 1 : -1;
        same += Softmax.top(output) == Softmax.top(target) ? 1 : 0;
    }

    static double product(float[] a, float[] b) {
        double product = 0;
        for (int k = 0; k < a.length; k++) {
            product += (double) a[k] * b[k];
        }
        return product;
    }

    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(COSINE, cosines / count);
        metrics.put(AGREEMENT, (double) same / count);
        return metrics;
    }
}
