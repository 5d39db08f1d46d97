package io.fullynested.core.model;

import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The numbers behind the names of a graph: master tensors, whose quantised slices are computed here and nowhere else, and
 * constants that were quantised before (those of an extracted submodel). Immutable, so several
 * threads may read it; the tensors must not be written to.
 */
public final class Parameters {

    private final Map<String, Tensor> tensors;
    private final Map<String, QuantizedTensor> codes;
    private final Quantizer quantizer;
    private final Map<String, float[]> scales;

    /**
     * Parameters of a supernet.
     *
     * @param quantizer how weights are read at fewer bits
     */
    public Parameters(Map<String, Tensor> tensors, Quantizer quantizer) {
        this(tensors, Map.of(), quantizer, new ConcurrentHashMap<>());
    }

    /** Parameters of an extracted submodel: weights that are quantised already, and plain tensors. */
    public static Parameters constants(Map<String, Tensor> tensors, Map<String, QuantizedTensor> codes) {
        return new Parameters(tensors, codes, null, Map.of());
    }

    private Parameters(Map<String, Tensor> tensors, Map<String, QuantizedTensor> codes, Quantizer quantizer, Map<String, float[]> scales) {
        this.tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
        this.codes = Map.copyOf(codes);
        this.quantizer = quantizer;
        this.scales = scales;
    }

    /** These and some more, or others in their place: the statistics of a recalibration. */
    public Parameters with(Map<String, Tensor> more) {
        Map<String, Tensor> all = new TreeMap<>(tensors);
        all.putAll(more);
        boolean sameMasters = Collections.disjoint(tensors.keySet(), more.keySet());
        return new Parameters(all, codes, quantizer, sameMasters ? scales : new ConcurrentHashMap<>());
    }

    /** The plain tensors by name, sorted. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /** A slice of a plain tensor. */
    public Tensor value(ParameterSlice slice) {
        return tensor(slice.parameter()).slice(slice.ranges());
    }

    /** The weights as an operator sees them: after rounding to their bits. */
    public Tensor value(Weight weight) {
        return weight.quantized() ? quantized(weight).dequantize() : value(weight.slice());
    }

    /** The weights as codes; only for a quantised weight. */
    public QuantizedTensor quantized(Weight weight) {
        QuantizedTensor ready = codes.get(weight.slice().parameter());
        if (ready != null) {
            if (ready.bits() != weight.bits() || !Arrays.equals(ready.shape(), weight.slice().shape())) {
                throw new IllegalArgumentException("Parameter " + weight.slice().parameter() + " is stored at " + ready.bits() + " bits as "
                        + Arrays.toString(ready.shape()) + ", not as " + weight);
            }
            return ready;
        }
        Tensor master = tensor(weight.slice().parameter());
        float[] scale = scales(weight.slice().parameter());
        Tensor slice = master.slice(weight.slice().ranges());
        int[] outputs = weight.slice().ranges().get(0).indices();
        int row = slice.data().length / outputs.length;
        byte[] integers = new byte[slice.data().length];
        float[] steps = new float[outputs.length];
        int bits = weight.bits();
        for (int o = 0; o < outputs.length; o++) {
            float s = scale[outputs[o]];
            steps[o] = s / quantizer.denominator(bits);
            for (int i = o * row; i < (o + 1) * row; i++) {
                integers[i] = (byte) quantizer.integer(quantizer.truncate(quantizer.code(slice.data()[i], s), bits), bits);
            }
        }
        return new QuantizedTensor(slice.shape(), bits, integers, steps);
    }

    /** The full codes of a master tensor's weights, in its order; the leading bit of each is that of the byte. */
    public byte[] codes(String master) {
        float[] weights = tensor(master).data();
        float[] scale = scales(master);
        byte[] codes = new byte[weights.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (quantizer.code(weights[i], scale[i / (codes.length / scale.length)]) << 8 - quantizer.bits());
        }
        return codes;
    }

    private float[] scales(String master) {
        return scales.computeIfAbsent(master, name -> scales(tensor(name)));
    }

    private float[] scales(Tensor master) {
        int row = master.data().length / master.shape()[0];
        float[] scale = new float[master.shape()[0]];
        for (int o = 0; o < scale.length; o++) {
            scale[o] = quantizer.scale(master.data(), o * row, (o + 1) * row);
        }
        return scale;
    }

    private Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw missing(name);
        }
        return tensor;
    }

    /** Whether there is such a tensor. */
    public boolean holds(String name) {
        return tensors.containsKey(name) || codes.containsKey(name);
    }

    /** What is said of one that is not there. */
    public static IllegalStateException missing(String name) {
        return new IllegalStateException("There is no parameter '" + name + "'"
                + (name.endsWith("/mean") || name.endsWith("/variance") ? ": recalibrate the batch norms first" : ""));
    }
}
