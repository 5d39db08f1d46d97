package io.fullynested.onnx;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The numbers of a network that is written. Where only the size of the file is wanted there are none: then the answers are those of nearly every
 * model, in which weights stay codes and biases fit an int32.
 */
final class Numbers {

    private static final int SAMPLES = 4096;

    private final Parameters parameters;
    private final IntPredicate packs;

    private Numbers(Parameters parameters, IntPredicate packs) {
        this.parameters = parameters;
        this.packs = packs;
    }

    static Numbers of(Parameters parameters) {
        return new Numbers(parameters, bits -> true);
    }

    /** No numbers, of weights that all stay codes. */
    static Numbers none() {
        return new Numbers(null, bits -> true);
    }

    /** No numbers, of weights that are read in some way; to be kept, as it takes a while to find out how. */
    static Numbers none(Quantizer quantizer) {
        BitSet packs = new BitSet();
        IntStream.rangeClosed(1, quantizer.bits()).filter(bits -> packs(quantizer, bits)).forEach(packs::set);
        return new Numbers(null, packs::get);
    }

    /** Whether all codes that weights in and beyond the usual range have are such that fewer than 8 bits hold them. */
    private static boolean packs(Quantizer quantizer, int bits) {
        float[] weights = new float[SAMPLES];
        IntStream.range(0, SAMPLES).forEach(i -> weights[i] = 2f * i / (SAMPLES - 1) - 1);
        float scale = quantizer.scale(weights, 0, SAMPLES);
        byte[] integers = new byte[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            integers[i] = (byte) quantizer.integer(quantizer.truncate(quantizer.code(4 * weights[i], scale), bits), bits);
        }
        return new QuantizedTensor(new int[] {1, SAMPLES}, bits, integers, new float[1]).codes().isPresent();
    }

    /** Whether there are none. */
    boolean absent() {
        return parameters == null;
    }

    /** The greatest number of a signal; where there are none, one in 1..2 that no other signal has, so that their codes are not taken for the same. */
    float clip(FakeQuantize quantize) {
        return absent() ? Float.intBitsToFloat(Float.floatToIntBits(1) | quantize.clip().hashCode() & 0x7fffff)
                : quantize.greatest(parameters.value(quantize.clip()).data()[0]);
    }

    /** A plain tensor. */
    Tensor value(ParameterSlice slice) {
        return parameters.value(slice);
    }

    /** Weights as numbers. */
    Tensor value(Weight weight) {
        return parameters.value(weight);
    }

    /** Weights as codes. */
    QuantizedTensor quantized(Weight weight) {
        return parameters.quantized(weight);
    }

    /** Whether weights are codes that fewer than 8 bits hold. */
    boolean packs(Weight weight) {
        return absent() ? packs.test(weight.bits()) : parameters.quantized(weight).codes().isPresent();
    }

    /** Whether a bias fits an int32 in the units of the products of its layer. */
    boolean hasIntegers(ParameterSlice bias, Weight weight, SignalGrid input) {
        return absent() || IntegerBias.of(parameters.value(bias), parameters.quantized(weight), input).isPresent();
    }

    /** A bias in the units of the products of its layer. */
    IntegerBias integers(ParameterSlice bias, Weight weight, SignalGrid input) {
        return IntegerBias.of(parameters.value(bias), parameters.quantized(weight), input).orElseThrow();
    }
}
