package io.fullynested.training;

import io.fullynested.api.graph.Operator.FakeQuantize;
import io.fullynested.core.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;

/**
 * The clips of activation quantisers while a supernet is trained. A clip is a multiple of the root mean square of its signal; it is
 * set when the signal is first seen, and then follows as a running average. No gradient moves it.
 */
final class ClipTracker {

    /** Clip in root mean squares of the signal. */
    static final double CLIP = 4;
    /** Weight of a new observation. */
    private static final double RATE = 0.05;
    /** A signal by so much above its clip moves it at once: residual units whose gamma starts at 0 grow out of nothing. */
    private static final double OUTGROWN = 1.25;
    /** The first images of a batch tell enough. */
    private static final int SAMPLE = 16;
    private static final float SMALLEST = 1e-3f;

    private final Masters masters;
    private final Set<String> seen = new HashSet<>();
    private boolean following = true;

    ClipTracker(Masters masters) {
        this.masters = masters;
    }

    /** Whether signals move the clips that are set already; each costs a few operations. */
    void follow(boolean on) {
        following = on;
    }

    /** The clip for a signal that is about to be rounded. */
    @SuppressWarnings("try") // the guard works by being open
    float clip(FakeQuantize quantizer, org.bytedeco.pytorch.Tensor x) {
        String name = quantizer.clip().parameter();
        boolean first = seen.add(name);
        float clip = masters.constant(name).data()[0];
        if (first || following) {
            double observed;
            try (NoGradGuard observing = new NoGradGuard()) {
                org.bytedeco.pytorch.Tensor some = x.narrow(0, 0, Math.min(SAMPLE, x.size(0)));
                // a ReLU before the quantiser may have been left to it
                org.bytedeco.pytorch.Tensor signal = quantizer.signed() ? some : torch.relu(some);
                observed = CLIP * signal.norm().item_float() / Math.sqrt(some.numel());
            }
            boolean outgrown = observed > OUTGROWN * clip;
            clip = (float) Math.max(SMALLEST, first || outgrown ? observed : clip + RATE * (observed - clip));
            masters.constant(name, Tensor.scalar(clip));
        }
        return clip;
    }
}
