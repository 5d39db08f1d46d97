package io.fullynested.training;

import io.fullynested.api.graph.Operator.FakeQuantize;
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
     */
    static Tensor round(FakeQuantize quantizer, Tensor x, float clip) {
        int dropped = 8 - quantizer.bits();
        float step = clip / (quantizer.signed() ? 127 : 255);
        float low = quantizer.signed() ? -128 * step : 0;
        // the clipping carries the gradient and keeps only its argument for that, so its result may be overwritten by the codes
        Tensor clipped = torch.hardtanh(x, new Scalar(low), new Scalar(clip));
        if (!quantizer.rounds()) {
            return clipped;
        }
        try (Tensor value = clipped.detach()) {
            value.div_(new Scalar(step)).round_();
            if (dropped > 0) {
                value.mul_(new Scalar(1f / (1 << dropped))).floor_();
            }
            value.mul_(new Scalar(quantizer.signed() ? step * (1 << dropped) : clip / ((1 << quantizer.bits()) - 1)));
        }
        return clipped;
    }
}
