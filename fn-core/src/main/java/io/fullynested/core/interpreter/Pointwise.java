package io.fullynested.core.interpreter;

import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;

/** Operators that look at one element, or one element of each input, at a time; and what normalises over the channels. */
final class Pointwise {

    private Pointwise() {
    }

    static Tensor normalize(Tensor x, Tensor mean, Tensor deviation) {
        return map(x, (value, channel) -> (value - mean.data()[channel]) / deviation.data()[channel]);
    }

    static Tensor batchNorm(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon) {
        double[] factor = new double[gamma.data().length];
        for (int c = 0; c < factor.length; c++) {
            factor[c] = gamma.data()[c] / Math.sqrt(variance.data()[c] + epsilon);
        }
        return map(x, (value, channel) -> (value - mean.data()[channel]) * factor[channel] + beta.data()[channel]);
    }

    static Tensor activate(Tensor x, Activation function) {
        return switch (function) {
            case RELU -> map(x, (value, channel) -> Math.max(value, 0));
            case RELU6 -> map(x, (value, channel) -> clamp(value, 0, 6));
            case HARD_SIGMOID -> map(x, (value, channel) -> clamp(value / 6 + 0.5, 0, 1));
            case HARD_SWISH -> map(x, (value, channel) -> value * clamp(value / 6 + 0.5, 0, 1));
            case SIGMOID -> map(x, (value, channel) -> 1 / (1 + Math.exp(-value)));
            case TANH -> map(x, (value, channel) -> Math.tanh(value));
            case GELU -> map(x, (value, channel) -> value / 2 * (1 + erf(value / Math.sqrt(2))));
            case SILU -> map(x, (value, channel) -> value / (1 + Math.exp(-value)));
            case GELU_TANH -> map(x, (value, channel) -> value / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value * value * value))));
        };
    }

    /** The error function, {@code 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!} (Abramowitz and Stegun, 7.1.6), which has no terms that cancel. */
    static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double sum = 0;
        double term = x;
        for (int n = 1; sum + term != sum; n++) {
            sum += term;
            term *= 2 * x * x / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    static Tensor add(Tensor a, Tensor b) {
        if (!Arrays.equals(a.shape(), b.shape())) {
            throw new IllegalArgumentException("Cannot add " + Arrays.toString(b.shape()) + " to " + Arrays.toString(a.shape()));
        }
        float[] result = new float[a.data().length];
        for (int i = 0; i < result.length; i++) {
            result[i] = a.data()[i] + b.data()[i];
        }
        return new Tensor(a.shape(), result);
    }

    /** @param gate of the shape of {@code x}, or one value per sample and channel */
    static Tensor multiply(Tensor x, Tensor gate) {
        boolean perChannel = Arrays.equals(gate.shape(), new int[] {x.shape()[0], x.shape()[1]});
        if (!perChannel && !Arrays.equals(gate.shape(), x.shape())) {
            throw new IllegalArgumentException("Cannot multiply " + Arrays.toString(x.shape()) + " by " + Arrays.toString(gate.shape()));
        }
        int repeat = perChannel ? Planes.of(x).area() : 1;
        float[] result = new float[x.data().length];
        for (int i = 0; i < result.length; i++) {
            result[i] = x.data()[i] * gate.data()[i / repeat];
        }
        return new Tensor(x.shape(), result);
    }

    static Tensor softmax(Tensor x) {
        int features = x.shape()[1];
        float[] result = new float[x.data().length];
        double[] powers = new double[features];
        for (int first = 0; first < result.length; first += features) {
            double max = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < features; i++) {
                max = Math.max(max, x.data()[first + i]);
            }
            double sum = 0;
            for (int i = 0; i < features; i++) {
                powers[i] = Math.exp(x.data()[first + i] - max);
                sum += powers[i];
            }
            for (int i = 0; i < features; i++) {
                result[first + i] = (float) (powers[i] / sum);
            }
        }
        return new Tensor(x.shape(), result);
    }

    /** Over the channels of each sample and position. */
    static Tensor layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon) {
        Planes planes = Planes.of(x);
        float[] result = new float[x.data().length];
        for (int position = 0; position < planes.batch() * planes.area(); position++) {
            int first = position / planes.area() * planes.channels() * planes.area() + position % planes.area();
            double mean = 0;
            for (int c = 0; c < planes.channels(); c++) {
                mean += x.data()[first + c * planes.area()] / (double) planes.channels();
            }
            double variance = 0;
            for (int c = 0; c < planes.channels(); c++) {
                double deviation = x.data()[first + c * planes.area()] - mean;
                variance += deviation * deviation / planes.channels();
            }
            for (int c = 0; c < planes.channels(); c++) {
                int i = first + c * planes.area();
                result[i] = (float) ((x.data()[i] - mean) / Math.sqrt(variance + epsilon) * gamma.data()[c] + beta.data()[c]);
            }
        }
        return new Tensor(x.shape(), result);
    }

    /**
     * The formula of {@link io.fullynested.api.graph.FakeQuantize}. {@code x / s} is rounded from its float64 value; an engine
     * that computes it in float32 finds a neighbouring code where its last bit decides, which happens only where the value is within
     * about 1e-5 of a half.
     */
    static Tensor fakeQuantize(Tensor x, FakeQuantize quantize, double clip) {
        boolean signed = quantize.signed();
        if (!quantize.rounds()) {
            double least = signed ? -128 * clip / 127 : 0;
            return map(x, (value, channel) -> clamp(value, least, clip));
        }
        double rounded = stepsPerClip(quantize.roundedBits(), signed);
        double kept = stepsPerClip(quantize.bits(), signed);
        int least = signed ? -(1 << quantize.roundedBits() - 1) : 0;
        int greatest = least + (1 << quantize.roundedBits()) - 1;
        return map(x, (value, channel) -> ((int) clamp(Math.rint(rounded * value / clip), least, greatest) >> quantize.truncated()) * clip / kept);
    }

    private static double stepsPerClip(int bits, boolean signed) {
        return signed ? 127.0 / (1 << Byte.SIZE - bits) : (1 << bits) - 1;
    }

    private static double clamp(double value, double min, double max) {
        return Math.min(Math.max(value, min), max);
    }

    @FunctionalInterface
    private interface Function {
        double apply(double value, int channel);
    }

    private static Tensor map(Tensor x, Function function) {
        Planes planes = Planes.of(x);
        float[] result = new float[x.data().length];
        for (int plane = 0; plane < planes.count(); plane++) {
            for (int i = plane * planes.area(); i < (plane + 1) * planes.area(); i++) {
                result[i] = (float) function.apply(x.data()[i], plane % planes.channels());
            }
        }
        return new Tensor(x.shape(), result);
    }
}
