package io.fullynested.core.tensor;

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

    /** The values. */
    public Tensor dequantize() {
        float[] values = new float[integers.length];
        int row = integers.length / steps.length;
        for (int i = 0; i < values.length; i++) {
            values[i] = integers[i] * steps[i / row];
        }
        return new Tensor(shape, values);
    }
}
