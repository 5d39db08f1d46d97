package io.fullynested.training;

import io.fullynested.api.graph.Operator.FakeQuantize;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.model.Parameters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The numbers of one training step. Each slice is a leaf of the autograd graph; {@link #accumulate} adds its gradient to the
 * master's. A quantised weight is a leaf that holds the rounded values, which is the straight-through estimator: exactly the codes
 * forward, the identity backward.
 */
final class TrainedOperands implements Operands {

    private final Masters masters;
    private final ClipTracker clips;
    private final Quantizer quantizer;
    private final Map<Weight, Tensor> weights = new LinkedHashMap<>();
    private final Map<ParameterSlice, Tensor> vectors = new LinkedHashMap<>();
    private final Map<String, Parameters> rounded;

    TrainedOperands(Masters masters, ClipTracker clips, Quantizer quantizer) {
        this(masters, clips, quantizer, new HashMap<>());
    }

    private TrainedOperands(Masters masters, ClipTracker clips, Quantizer quantizer, Map<String, Parameters> rounded) {
        this.masters = masters;
        this.clips = clips;
        this.quantizer = quantizer;
        this.rounded = rounded;
    }

    /** Those of another submodel of the same step: other leaves, the same masters, whose scales are computed once. */
    TrainedOperands next() {
        return new TrainedOperands(masters, clips, quantizer, rounded);
    }

    @Override
    public Tensor weight(Weight weight) {
        return weights.computeIfAbsent(weight, w -> w.quantized() ? round(w) : masters.leaf(w.slice()));
    }

    private Tensor round(Weight weight) {
        String name = weight.slice().parameter();
        io.fullynested.core.tensor.Tensor values = rounded.computeIfAbsent(name, n -> new Parameters(Map.of(n, masters.copyOf(n)), quantizer))
                .value(weight);
        return LibTorch.tensor(values.data(), values.shape()).set_requires_grad(true);
    }

    @Override
    public Tensor values(ParameterSlice slice) {
        io.fullynested.core.tensor.Tensor constant = masters.constant(slice.parameter());
        return vectors.computeIfAbsent(slice, s -> constant == null ? masters.leaf(s)
                : LibTorch.tensor(constant.slice(s.ranges()).data(), s.shape()));
    }

    @Override
    public float clip(FakeQuantize fakeQuantize, Tensor x) {
        return clips.clip(fakeQuantize, x);
    }

    /** Adds the gradients of a backward pass to those of the masters. */
    void accumulate() {
        weights.forEach((weight, leaf) -> accumulate(weight.slice(), leaf));
        vectors.forEach(this::accumulate);
    }

    private void accumulate(ParameterSlice slice, Tensor leaf) {
        Tensor gradient = leaf.grad();
        if (gradient.defined()) {
            masters.accumulate(slice, gradient);
        }
    }
}
