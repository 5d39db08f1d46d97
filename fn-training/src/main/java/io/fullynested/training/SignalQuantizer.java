package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.core.model.SignalGrid;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Rounds signals as {@link FakeQuantize} says, the gradient passing straight through within the clip. */
final class SignalQuantizer {

    /**
     * What a signal is clipped and rounded to: {@code min(⌊round(x / unit) · share⌋, last) · scale}.
     *
     * @param least    what is below becomes that
     * @param greatest what is above becomes that
     * @param unit     between neighbours that are rounded to
     * @param share    how many codes that are kept there are for one that is rounded to: 1, or the power of two that truncates
     * @param last     the greatest code that there is; below 8 bits of a signed signal the clip lies nearer to a code that there is not than to it
     * @param scale    between neighbours that are kept
     */
    record Codes(float least, float greatest, float unit, float share, float last, float scale) {

        static Codes of(FakeQuantize quantizer, float clip) {
            SignalGrid full = SignalGrid.of(8, quantizer.signed(), clip);
            SignalGrid rounded = quantizer.rounds() ? SignalGrid.of(quantizer.roundedBits(), quantizer.signed(), clip) : full;
            SignalGrid kept = quantizer.rounds() ? SignalGrid.of(quantizer.bits(), quantizer.signed(), clip) : full;
            return new Codes(-full.zeroPoint() * full.scale(), clip, rounded.scale(), 1f / (1 << quantizer.truncated()),
                    quantizer.signed() && quantizer.rounds() ? (1 << quantizer.bits()) - 1 - kept.zeroPoint() : Float.POSITIVE_INFINITY, kept.scale());
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
            value.div_(new Scalar(codes.unit())).round_();
            if (codes.share() < 1) {
                value.mul_(new Scalar(codes.share())).floor_();
            }
            if (Float.isFinite(codes.last())) {
                value.clamp_max_(new Scalar(codes.last()));
            }
            value.mul_(new Scalar(codes.scale()));
        }
        return clipped;
    }
}
