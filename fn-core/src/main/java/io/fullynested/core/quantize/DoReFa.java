package io.fullynested.core.quantize;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.quantize.Quantizer;

/**
 * The code of DoReFa-Net (Zhou et al., 2016, section 2.3), made a nested one as in Any-Precision DNNs (Yu et al., AAAI 2021): the weight
 * goes through a tanh, {@code u = tanh w / tanh s} in −1..1, s the greatest weight of the output channel; the code of n bits is
 * {@code c = round((2ⁿ − 1) (u + 1) / 2) − 2ⁿ⁻¹}, and fewer bits are its leading ones. k bits are read as the middle of what they leave
 * open, {@code s (2 c + 1) / 2ᵏ}; a batch norm takes up the difference to the paper's {@code (2 c + 1) / (2ᵏ − 1)}. Of 8 bits there are
 * 255 codes, {@code c = round(128 u)} within −127..127, read as {@code s · c / 128}, because int8 has no 256 that lie evenly around 0.
 * The paper's s is that of a whole layer, and its gradient goes through the tanh; here it passes straight through.
 *
 * @param bits n; with the bits of the network the paper's code itself, with more one that they are the leading bits of
 */
public record DoReFa(@Option(value = "bits of the full code, rounded to once; fewer are its leading ones", byDefault = "8", min = 2, max = 8) int bits)
        implements Quantizer {

    private static final float SMALLEST_SCALE = 1e-8f;

    @Override
    public float scale(float[] weights, int from, int to) {
        float greatest = SMALLEST_SCALE;
        for (int i = from; i < to; i++) {
            greatest = Math.max(greatest, Math.abs(weights[i]));
        }
        return Math.min(greatest, Float.MAX_VALUE);
    }

    @Override
    public int code(float weight, float scale) {
        double u = Math.max(-1, Math.min(1, Math.tanh(weight) / Math.tanh(scale)));
        return bits == 8 ? (int) Math.max(-127, Math.min(127, Math.rint(128 * u)))
                : (int) Math.rint(((1 << bits) - 1) * (u + 1) / 2) - (1 << bits - 1);
    }

    @Override
    public int truncate(int code, int kept) {
        return code >> bits - kept;
    }

    @Override
    public int integer(int code, int kept) {
        return kept == 8 ? code : 2 * code + 1;
    }

    @Override
    public int denominator(int kept) {
        return kept == 8 ? 128 : 1 << kept;
    }
}
