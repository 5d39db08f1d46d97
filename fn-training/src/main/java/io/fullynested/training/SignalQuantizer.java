package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.core.model.SignalGrid;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Rounds signals as {@link FakeQuantize} says, the gradient passing straight through within the clip. */
final class SignalQuantizer {

    /**
     * What a signal is clipped and rounded to: multiples of the scale.
     *
     * @param least    what is below becomes that
     * @param greatest what is above becomes that
     * @param scale    between neighbours; below 8 bits of a signed signal the clip lies nearer to a code that there is not than to the greatest one
     * @param last     the greatest code that there is
     */
    record Codes(float least, float greatest, float scale, float last) {

        static Codes of(FakeQuantize quantizer, float clip) {
            SignalGrid full = SignalGrid.of(8, quantizer.signed(), clip);
            SignalGrid grid = quantizer.rounds() ? SignalGrid.of(quantizer.bits(), quantizer.signed(), clip) : full;
            return new Codes(-full.zeroPoint() * full.scale(), clip, grid.scale(),
                    quantizer.signed() && quantizer.rounds() ? (1 << quantizer.bits()) - 1 - grid.zeroPoint() : Float.POSITIVE_INFINITY);
        }
    }

    private SignalQuantizer() {
    }

    /**
     * The rounded signal. Its gradient is the identity where the signal lies inside of the clip (unsigned: in (0, clip), so that a
     * ReLU before it changes nothing) and 0 elsewhere.
     *
     * @param free whether the result may be written over {@code x}, which is given back then
     */
    static Tensor round(FakeQuantize quantizer, Tensor x, float clip, boolean free) {
        Codes codes = Codes.of(quantizer, clip);
        Scalar least = new Scalar(codes.least());
        Scalar greatest = new Scalar(codes.greatest());
        // the clipping carries the gradient and keeps only its argument for that, so its result may be overwritten by the codes
        Tensor clipped = free ? LibTorch.same(x, torch.hardtanh_(x, least, greatest)) : torch.hardtanh(x, least, greatest);
        if (!quantizer.rounds()) {
            return clipped;
        }
        try (Tensor value = clipped.detach()) {
            value.div_(new Scalar(codes.scale())).round_();
            if (Float.isFinite(codes.last())) {
                value.clamp_max_(new Scalar(codes.last()));
            }
            value.mul_(new Scalar(codes.scale()));
        }
        return clipped;
    }
}
