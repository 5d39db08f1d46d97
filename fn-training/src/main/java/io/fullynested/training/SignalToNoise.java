package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How much noise each channel and neuron of a trained full network bears: structured Bayesian pruning (Neklyudov et al., NIPS 2017). What a batch norm gives is
 * multiplied by noise θ of a {@link TruncatedLogNormal}, one for each channel, whose μ and σ minimise
 *
 * <pre>{@code E[loss] + Σ KL(q(θ) ‖ log-uniform) / images}</pre>
 *
 * <p>by Adam on samples of θ, reparametrised. A channel that matters keeps its noise small, one that does not is left to the divergence,
 * which asks for more noise; so E[θ] / √Var[θ] tells how important it is. Here weights are those that were trained, and do not follow; in the paper they learn
 * too, and what falls below 1 is removed. Noise is scaled into gamma and beta, so a batch shares one sample of it.
 */
final class SignalToNoise {

    private static final int BATCH = 64;
    private static final double RATE = 0.05;
    private static final double FIRST_SIGMA = 0.2;
    private static final double STEP = 1e-4;
    private static final String GAMMA = "/gamma";

    private SignalToNoise() {
    }

    /** The μ and log σ of one batch norm's channels, and what Adam remembers of each: mean and square of its gradient. */
    private record Noise(double[] mu, double[] logSigma, double[][] memory) {

        Noise(int channels) {
            this(new double[channels], new double[channels], new double[4][channels]);
            Arrays.fill(logSigma, Math.log(FIRST_SIGMA));
        }

        TruncatedLogNormal at(int channel, double moreMu, double moreLogSigma) {
            return new TruncatedLogNormal(mu[channel] + moreMu, Math.exp(logSigma[channel] + moreLogSigma));
        }

        void move(int channel, double byMu, double byLogSigma, int step) {
            mu[channel] -= adam(memory[0], memory[1], channel, byMu, step);
            logSigma[channel] -= adam(memory[2], memory[3], channel, byLogSigma, step);
        }

        private static double adam(double[] mean, double[] square, int channel, double gradient, int step) {
            mean[channel] = 0.9 * mean[channel] + 0.1 * gradient;
            square[channel] = 0.99 * square[channel] + 0.01 * gradient * gradient;
            return RATE * (mean[channel] / (1 - Math.pow(0.9, step + 1))) / (Math.sqrt(square[channel] / (1 - Math.pow(0.99, step + 1))) + 1e-12);
        }
    }

    /**
     * The ratios of signal to noise.
     *
     * @param masters of a trained network
     * @param images  labelled with classes
     * @param steps   of Adam, each on 64 images
     * @return the name of each gamma → a number for each of its channels
     */
    static Map<String, float[]> of(Supernet net, Map<String, Tensor> masters, Dataset images, int steps, Randomness randomness) {
        Map<String, Noise> all = new TreeMap<>();
        masters.forEach((name, tensor) -> {
            if (name.endsWith(GAMMA)) {
                all.put(name, new Noise(tensor.data().length));
            }
        });
        for (int step = 0; step < steps; step++) {
            SplittableRandom random = randomness.at("signal to noise", step);
            Map<String, double[]> shares = new HashMap<>();
            Map<String, Tensor> noisy = new TreeMap<>(masters);
            for (Map.Entry<String, Noise> one : all.entrySet()) {
                int channels = one.getValue().mu().length;
                double[] u = random.doubles(channels).toArray();
                shares.put(one.getKey(), u);
                float[] theta = new float[channels];
                for (int c = 0; c < channels; c++) {
                    theta[c] = (float) Math.exp(one.getValue().at(c, 0, 0).log(u[c]));
                }
                noisy.put(one.getKey(), times(masters.get(one.getKey()), theta));
                noisy.put(beta(one.getKey()), times(masters.get(beta(one.getKey())), theta));
            }
            Map<String, Tensor> gradients = gradients(net, noisy, images, random);
            for (Map.Entry<String, Noise> one : all.entrySet()) {
                for (int c = 0; c < one.getValue().mu().length; c++) {
                    // θ ∂loss/∂θ, for gamma and beta are θ times what they were
                    double byLog = gradients.get(one.getKey()).data()[c] * noisy.get(one.getKey()).data()[c]
                            + gradients.get(beta(one.getKey())).data()[c] * noisy.get(beta(one.getKey())).data()[c];
                    move(one.getValue(), c, byLog, shares.get(one.getKey())[c], images.size(), step);
                }
            }
        }
        Map<String, float[]> ratios = new TreeMap<>();
        all.forEach((name, noise) -> {
            float[] of = new float[noise.mu().length];
            for (int c = 0; c < of.length; c++) {
                of[c] = (float) noise.at(c, 0, 0).signalToNoise();
            }
            ratios.put(name, of);
        });
        return ratios;
    }

    /** By differences: of log θ at the same share u, and of the divergence. */
    private static void move(Noise noise, int c, double byLog, double u, int images, int step) {
        TruncatedLogNormal[] around = {noise.at(c, STEP, 0), noise.at(c, -STEP, 0), noise.at(c, 0, STEP), noise.at(c, 0, -STEP)};
        double[] by = new double[2];
        for (int i = 0; i < 2; i++) {
            TruncatedLogNormal above = around[2 * i];
            TruncatedLogNormal below = around[2 * i + 1];
            by[i] = (byLog * (above.log(u) - below.log(u)) + (above.divergence() - below.divergence()) / images) / (2 * STEP);
        }
        noise.move(c, by[0], by[1], step);
    }

    private static Map<String, Tensor> gradients(Supernet net, Map<String, Tensor> masters, Dataset images, SplittableRandom random) {
        int size = images.shape().elements();
        float[] pixels = new float[BATCH * size];
        int[] labels = new int[BATCH];
        for (int i = 0; i < BATCH; i++) {
            int index = random.nextInt(images.size());
            images.read(index, pixels, i * size);
            labels[i] = images.label(index);
        }
        return SubmodelGradients.computed(net, net.axes().full(), masters, new Tensor(new int[] {BATCH, size}, pixels), labels);
    }

    private static String beta(String gamma) {
        return gamma.substring(0, gamma.length() - GAMMA.length()) + "/beta";
    }

    private static Tensor times(Tensor tensor, float[] factors) {
        float[] product = tensor.data().clone();
        for (int c = 0; c < product.length; c++) {
            product[c] *= factors[c];
        }
        return new Tensor(tensor.shape(), product);
    }
}
