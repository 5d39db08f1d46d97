package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import java.util.Arrays;
import java.util.List;

/** What classes count, as options say and training data have them. */
final class ClassWeights {

    private static final String BALANCED = "balanced";

    private ClassWeights() {
    }

    static void check(List<String> options) {
        if (options.equals(List.of(BALANCED))) {
            return;
        }
        for (String option : options) {
            try {
                if (Double.parseDouble(option) > 0 && Double.isFinite(Double.parseDouble(option))) {
                    continue;
                }
            } catch (NumberFormatException e) {
                // told below, as a number below 0 is
            }
            throw new IllegalArgumentException("a class weight is a number above 0, or 'balanced' stands for all of them, found '" + option + "'");
        }
    }

    /** How often each class occurs among all numbers of the targets; negative ones do not count. */
    static long[] counts(Dataset training) {
        long[] counts = new long[training.target().names().size()];
        float[] target = new float[training.target().size()];
        for (int i = 0; i < training.size(); i++) {
            training.readTarget(i, target, 0);
            for (float label : target) {
                if (label >= 0) {
                    counts[(int) label]++;
                }
            }
        }
        return counts;
    }

    /**
     * The weight of each class; their mean over the training data is 1 if they are balanced. A class that does not occur has a weight of 1.
     *
     * @throws IllegalArgumentException if there are not as many as classes
     */
    static double[] of(List<String> options, long[] counts) {
        double[] weights = new double[counts.length];
        if (options.isEmpty()) {
            Arrays.fill(weights, 1);
        } else if (options.equals(List.of(BALANCED))) {
            long present = Arrays.stream(counts).filter(count -> count > 0).count();
            double all = Arrays.stream(counts).sum();
            Arrays.setAll(weights, c -> counts[c] == 0 ? 1 : all / (present * counts[c]));
        } else if (options.size() != counts.length) {
            throw new IllegalArgumentException(options.size() + " class-weights for " + counts.length + " classes. Maybe class-weights: balanced?");
        } else {
            Arrays.setAll(weights, c -> Double.parseDouble(options.get(c)));
        }
        return weights;
    }

    /** Logarithms of how likely classes are; one that does not occur is half as likely as one that occurs once. */
    static float[] logPriors(long[] counts) {
        double all = Math.max(1, Arrays.stream(counts).sum());
        float[] logs = new float[counts.length];
        for (int c = 0; c < logs.length; c++) {
            logs[c] = (float) Math.log(Math.max(counts[c], 0.5) / all);
        }
        return logs;
    }
}
