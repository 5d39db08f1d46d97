package io.fullynested.core.task;

/** Logits of classes that exclude each other, some of a longer row. */
final class Softmax {

    private Softmax() {
    }

    /** {@code −log softmax(logits)[label]} in nats. */
    static double crossEntropy(float[] logits, int label) {
        return logSum(logits) - logits[label];
    }

    /** {@code log Σ exp(logits)}. */
    static double logSum(float[] logits) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            greatest = Math.max(greatest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - greatest);
        }
        return Math.log(sum) + greatest;
    }

    /** {@code KL(softmax(p) ‖ softmax(q))} in nats. */
    static double divergence(float[] p, float[] q) {
        double logP = logSum(p);
        double logQ = logSum(q);
        double divergence = 0;
        for (int label = 0; label < p.length; label++) {
            double surprise = logP - p[label];
            divergence += Math.exp(-surprise) * (logQ - q[label] - surprise);
        }
        return divergence;
    }

    /** The most likely class, the first of equals; −1 if a logit is no number. */
    static int top(float[] logits) {
        int top = 0;
        for (int c = 0; c < logits.length; c++) {
            if (Float.isNaN(logits[c])) {
                return -1;
            }
            top = logits[c] > logits[top] ? c : top;
        }
        return top;
    }
}
