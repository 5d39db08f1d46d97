package io.fullynested.core.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * Weights as codes: element {@code i} of output channel {@code o} is {@code integers[i] · steps[o]}, in float32.
 *
 * @param shape    output channels first
 * @param bits     how many bits a code has
 * @param integers what the codes stand for, −127..127 (odd below 8 bits; see {@link io.fullynested.api.quantize.Quantizer})
 * @param steps    one per output channel, positive
 */
public record QuantizedTensor(int[] shape, int bits, byte[] integers, float[] steps) {

    /** @throws IllegalArgumentException if the parts do not fit together */
    public QuantizedTensor {
        if (Tensor.elements(shape) != integers.length || shape[0] != steps.length) {
            throw new IllegalArgumentException(integers.length + " codes and " + steps.length + " steps do not fit the shape");
        }
    }

    /**
     * The codes that the integers stand for, in −2ᵏ⁻¹..2ᵏ⁻¹−1: {@code c} for {@code 2 c + 1}, at 8 bits {@code c} for {@code c}. Empty if an
     * integer stands for none: the zeros of a channel that its batch norm silenced, or those of a quantiser of another kind.
     */
    public Optional<byte[]> codes() {
        byte[] codes = integers.clone();
        for (int i = 0; bits < 8 && i < codes.length; i++) {
            if (Math.abs(integers[i]) >= 1 << bits || (integers[i] & 1) == 0) {
                return Optional.empty();
            }
            codes[i] = (byte) (integers[i] - 1 >> 1);
        }
        return Optional.of(codes);
    }

    /** The values. */
    public Tensor dequantize() {
        float[] values = new float[integers.length];
        int row = integers.length / steps.length;
        for (int i = 0; i < values.length; i++) {
            values[i] = integers[i] * steps[i / row];
        }
        return new Tensor(shape, values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QuantizedTensor that && Arrays.equals(shape, that.shape) && bits == that.bits && Arrays.equals(integers, that.integers)
                && Arrays.equals(steps, that.steps);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * Arrays.hashCode(shape) + bits) + Arrays.hashCode(integers)) + Arrays.hashCode(steps);
    }

    @Override
    public String toString() {
        return "QuantizedTensor" + Arrays.toString(shape) + " of " + bits + " bits";
    }
}
