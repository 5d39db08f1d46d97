package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.core.model.SignalGrid;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Rounds signals as {@link FakeQuantize} says, the gradient passing straight through within the clip. */
final class SignalQuantizer {

    private SignalQuantizer() {
    }

    /**
     * The rounded signal. Its gradient is the identity where the signal lies inside of the clip (unsigned: in (0, clip), so that a
     * ReLU before it changes nothing) and 0 elsewhere.
     *
     * @param free whether the result may be written over {@code x}, which is given back then
     */
    static Tensor round(FakeQuantize quantizer, Tensor x, float clip, boolean free) {
        SignalGrid full = SignalGrid.of(8, quantizer.signed(), clip);
        Scalar least = new Scalar(-full.zeroPoint() * full.scale());
        Scalar greatest = new Scalar(clip);
        // the clipping carries the gradient and keeps only its argument for that, so its result may be overwritten by the codes
        Tensor clipped = free ? LibTorch.same(x, torch.hardtanh_(x, least, greatest)) : torch.hardtanh(x, least, greatest);
        if (!quantizer.rounds()) {
            return clipped;
        }
        SignalGrid grid = SignalGrid.of(quantizer.bits(), quantizer.signed(), clip);
        try (Tensor value = clipped.detach()) {
            value.div_(new Scalar(grid.scale())).round_();
            if (quantizer.signed()) {
                // below 8 bits the clip lies nearer to a code that there is not than to the greatest one
                value.clamp_max_(new Scalar((1 << quantizer.bits()) - 1 - grid.zeroPoint()));
            }
            value.mul_(new Scalar(grid.scale()));
        }
        return clipped;
    }
}
