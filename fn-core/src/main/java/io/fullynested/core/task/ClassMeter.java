package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts which classes were taken for which. */
final class ClassMeter implements Meter {

    private static final int TOP = 5;

    private final int classes;
    private final Confusion confusion;
    private long all;
    private long among;

    ClassMeter(int classes) {
        this.classes = classes;
        this.confusion = new Confusion(classes);
    }

    @Override
    public void add(float[] output, float[] target) {
        int label = (int) target[0];
        confusion.add(label, Softmax.top(output));
        all++;
        among += isAmongTop(output, label) ? 1 : 0;
    }

    private static boolean isAmongTop(float[] logits, int label) {
        int before = 0;
        for (int c = 0; c < logits.length; c++) {
            // written so that a NaN on either side is before it
            before += c < label && !(logits[c] < logits[label]) || c > label && !(logits[c] <= logits[label]) ? 1 : 0;
        }
        return before < TOP && !Float.isNaN(logits[label]);
    }

    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(Classification.Metric.ACCURACY.id(), confusion.accuracy());
        metrics.put(Classification.Metric.BALANCED_ACCURACY.id(), confusion.recall());
        metrics.put(Classification.Metric.MACRO_F1.id(), confusion.f1());
        if (classes > TOP) {
            metrics.put(Classification.Metric.TOP_5.id(), (double) among / all);
        }
        return metrics;
    }
}
