package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;

/**
 * The clips of activation quantisers while a supernet is trained. A clip is a multiple of the strength of its signal, {@code √(Σx⁴ / 6Σx²)}, or
 * {@code √(Σx⁴ / 3Σx²)} where it can be negative: the root mean square if its values are normally distributed, rectified or not. Zeros among them do not
 * count, so peaks are clipped where they would be without the nothing between them; a root mean square falls with their share. A clip is set by what the
 * full network does to a first batch, and then follows as a running average. No gradient moves it.
 */
final class ClipTracker {

    /** Weight of a new observation. */
    private static final double RATE = 0.05;
    /** A signal by so much above its clip moves it at once: residual units whose gamma starts at 0 grow out of nothing. */
    private static final double OUTGROWN = 1.25;
    /** The first images of a batch tell enough. */
    static final int SAMPLE = 16;
    private static final float SMALLEST = 1e-3f;
    /** Σx⁴ / Σx² in mean squares: the kurtosis about 0. */
    private static final double NORMAL = 3;
    private static final double RECTIFIED = 6;

    private final Masters masters;
    private final double multiple;

    /** @param multiple of the strength of a signal that its clip is */
    ClipTracker(Masters masters, double multiple) {
        this.masters = masters;
        this.multiple = multiple;
    }

    /** The greatest value that a quantiser tells apart. */
    float clip(FakeQuantize quantizer) {
        return quantizer.greatest(masters.constant(quantizer.clip().parameter()).data()[0]);
    }

    /** What the clip of a signal should be if it were the only one. */
    float observe(FakeQuantize quantizer, org.bytedeco.pytorch.Tensor x) {
        return observed(quantizer, x, multiple);
    }

    /** The same for a multiple of the strength. */
    @SuppressWarnings("try") // the scope and the guard work by being open
    static float observed(FakeQuantize quantizer, org.bytedeco.pytorch.Tensor x, double multiple) {
        try (PointerScope scope = new PointerScope(); NoGradGuard observing = new NoGradGuard()) {
            org.bytedeco.pytorch.Tensor some = x.narrow(0, 0, Math.min(SAMPLE, x.size(0)));
            // a ReLU before the quantiser may have been left to it
            org.bytedeco.pytorch.Tensor squares = quantizer.signed() ? some.square() : torch.relu(some).square_();
            double sum = squares.sum().item_double();
            return should(quantizer, squares.square_().sum().item_double() / sum, multiple);
        }
    }

    /**
     * The same of a signal that was looked at.
     *
     * @param weighed the mean of its squares, each weighed by itself; no number if all are 0
     */
    float should(FakeQuantize quantizer, double weighed) {
        return should(quantizer, weighed, multiple);
    }

    private static float should(FakeQuantize quantizer, double weighed, double multiple) {
        double strength = Math.sqrt(weighed / (quantizer.signed() ? NORMAL : RECTIFIED));
        return Double.isNaN(strength) ? SMALLEST : (float) Math.max(SMALLEST, multiple * strength);
    }

    /** Sets a clip to what was observed. */
    void set(String clip, float observed) {
        masters.constant(clip).data()[0] = observed;
    }

    /** Moves clips towards what was observed. */
    void follow(Map<String, Float> observed) {
        observed.forEach((name, value) -> {
            float clip = masters.constant(name).data()[0];
            set(name, value > OUTGROWN * clip ? value : (float) (clip + RATE * (value - clip)));
        });
    }
}
