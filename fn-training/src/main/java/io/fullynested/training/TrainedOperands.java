package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.quantize.MidRise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * The numbers of one submodel in one training step. Each slice is a leaf of the autograd graph; {@link #addTo} adds its gradient to
 * the master's. A quantised weight is a leaf that holds the rounded values, which is the straight-through estimator: exactly the
 * codes forward, the identity backward.
 */
final class TrainedOperands implements Operands {

    private final Masters masters;
    private final ClipTracker clips;
    private final Quantizer quantizer;
    private final Clips mode;
    private final boolean weightsLearn;
    private final Map<Weight, Tensor> weights = new LinkedHashMap<>();
    private final Map<ParameterSlice, Tensor> vectors = new LinkedHashMap<>();
    private final Map<String, Float> observed = new TreeMap<>();
    private final List<Learnt> learnt = new ArrayList<>();

    private record Learnt(ParameterSlice slice, Tensor gradient) {
    }

    /** What is done with the clips. */
    enum Clips {
        /** They stay as they are. */
        KEEP,
        /** They stay, but it is noted what they should be; each costs a few operations. */
        OBSERVE,
        /** They are set to what they should be. */
        SET
    }

    /** @param weightsLearn whether weights take gradients; all else does */
    TrainedOperands(Masters masters, ClipTracker clips, Quantizer quantizer, Clips mode, boolean weightsLearn) {
        this.masters = masters;
        this.clips = clips;
        this.quantizer = quantizer;
        this.mode = mode;
        this.weightsLearn = weightsLearn;
    }

    @Override
    public Tensor weight(Weight weight) {
        return weights.computeIfAbsent(weight, w -> w.quantized() ? round(w) : masters.leaf(w.slice(), weightsLearn));
    }

    private Tensor round(Weight weight) {
        if (quantizer instanceof MidRise midRise && FusedPass.available(device())) {
            return FusedKernels.round(masters, midRise, weight).set_requires_grad(weightsLearn);
        }
        String name = weight.slice().parameter();
        io.fullynested.core.tensor.Tensor values = new Parameters(Map.of(name, masters.copyOf(name)), quantizer).value(weight);
        return masters.device().tensor(values.data(), values.shape()).set_requires_grad(weightsLearn);
    }

    @Override
    public Tensor values(ParameterSlice slice) {
        io.fullynested.core.tensor.Tensor constant = masters.constant(slice.parameter());
        return vectors.computeIfAbsent(slice, s -> constant == null ? masters.leaf(s, true)
                : masters.device().tensor(constant.slice(s.ranges()).data(), s.shape()));
    }

    @Override
    public float clip(FakeQuantize fakeQuantize, Tensor x) {
        if (observes(fakeQuantize)) {
            float should = clips.observe(fakeQuantize, x);
            observed.put(fakeQuantize.clip().parameter(), should);
            if (mode == Clips.SET) {
                clips.set(fakeQuantize.clip().parameter(), should);
            }
        }
        return clip(fakeQuantize);
    }

    /** The clip of a quantiser as it is. */
    float clip(FakeQuantize fakeQuantize) {
        return clips.clip(fakeQuantize);
    }

    /** Whether it is to be noted what the clip of a quantiser should be. */
    boolean observes(FakeQuantize fakeQuantize) {
        return mode != Clips.KEEP && masters.follows(fakeQuantize.clip().parameter());
    }

    /** Notes it, by the mean of the signal's squares, each weighed by itself. */
    void observe(FakeQuantize fakeQuantize, double weighed) {
        observed.put(fakeQuantize.clip().parameter(), clips.should(fakeQuantize, weighed));
    }

    /** What the clips should be. */
    Map<String, Float> observed() {
        return observed;
    }

    /** The device of all. */
    TorchDevice device() {
        return masters.device();
    }

    /** Whether weights take gradients. */
    boolean weightsLearn() {
        return weightsLearn;
    }

    /** Takes a gradient that no leaf has. */
    void learn(ParameterSlice slice, Tensor gradient) {
        learnt.add(new Learnt(slice, gradient));
    }

    /** Adds the gradients of a backward pass to those of the masters. */
    void addTo(Gradients gradients) {
        learnt.forEach(one -> gradients.add(one.slice(), one.gradient()));
        weights.forEach((weight, leaf) -> add(weight.slice(), leaf, gradients));
        vectors.forEach((slice, leaf) -> add(slice, leaf, gradients));
    }

    private static void add(ParameterSlice slice, Tensor leaf, Gradients gradients) {
        Tensor gradient = leaf.grad();
        if (gradient.defined()) {
            gradients.add(slice, gradient);
        }
    }
}
