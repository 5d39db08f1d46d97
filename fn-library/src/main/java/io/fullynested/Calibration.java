package io.fullynested;

/**
 * How right answers of classes are, and how right they are about that.
 *
 * @param accuracy share of the images whose class is the greatest logit's
 * @param loss     mean of −log of the probability of the right class, in nats
 * @param error    expected calibration error: images in 15 equal ranges of the probability of their answer; of each range the distance between
 *                 the mean probability and the share that is right, weighted by its images (Guo et al., On calibration of modern neural networks, ICML 2017)
 */
public record Calibration(double accuracy, double loss, double error) {

    private static final int RANGES = 15;

    /**
     * Of some answers.
     *
     * @param logits of one image after the other
     * @param labels of the images
     */
    public static Calibration of(float[] logits, int[] labels) {
        int classes = logits.length / labels.length;
        double loss = 0;
        int right = 0;
        double[] excess = new double[RANGES];
        for (int i = 0; i < labels.length; i++) {
            int answer = 0;
            for (int c = 1; c < classes; c++) {
                answer = logits[i * classes + c] > logits[i * classes + answer] ? c : answer;
            }
            double greatest = logits[i * classes + answer];
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[i * classes + c] - greatest);
            }
            loss += Math.log(sum) + greatest - logits[i * classes + labels[i]];
            right += answer == labels[i] ? 1 : 0;
            excess[Math.min(RANGES - 1, (int) (RANGES / sum))] += 1 / sum - (answer == labels[i] ? 1 : 0);
        }
        double error = 0;
        for (double some : excess) {
            error += Math.abs(some);
        }
        return new Calibration((double) right / labels.length, loss / labels.length, error / labels.length);
    }
}
