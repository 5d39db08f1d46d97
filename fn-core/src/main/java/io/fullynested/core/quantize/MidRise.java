package io.fullynested.core.quantize;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.quantize.Quantizer;

/**
 * The nested mid-rise code. The full code is {@code c = clamp(round(128 w / s), −127, 127)}, read as {@code s · c / 128}; its k
 * leading bits {@code c >> (8−k)} are read as the middle of what they leave open, {@code s (2 c + 1) / 2ᵏ}. The scale s of an output
 * channel is a multiple of the root mean square of its weights. See docs/quantization.md for why.
 */
public record MidRise(
        @Option(value = "clip of the code in root mean squares of an output channel's weights", byDefault = "2", min = 0.1, max = 10) double clip)
        implements Quantizer {

    private static final float SMALLEST_SCALE = 1e-8f;

    @Override
    public int bits() {
        return 8;
    }

    @Override
    public float scale(float[] weights, int from, int to) {
        double squares = 0;
        for (int i = from; i < to; i++) {
            squares += (double) weights[i] * weights[i];
        }
        return (float) Math.max(SMALLEST_SCALE, Math.min(clip * Math.sqrt(squares / (to - from)), Float.MAX_VALUE));
    }

    @Override
    public int code(float weight, float scale) {
        float position = weight / scale * 128;
        return position >= 127 ? 127 : position <= -127 ? -127 : (int) Math.floor(position + 0.5);
    }

    @Override
    public int truncate(int code, int bits) {
        return code >> 8 - bits;
    }

    @Override
    public int integer(int code, int bits) {
        return bits == 8 ? code : 2 * code + 1;
    }

    @Override
    public int denominator(int bits) {
        return bits == 8 ? 128 : 1 << bits;
    }
}
