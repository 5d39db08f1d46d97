package io.fullynested.core.spec;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.quantize.Quantizer;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Which numbers are codes, and of how many bits. Left out: float32. */
public record QuantizationOptions(
        @Option("the code of weights; float32 if absent") Optional<Bits> weights,
        @Option("the code of signals; float32 if absent. The image and what goes into a sum first keep 8 bits") Optional<Bits> activations,
        @Option(value = "the nested code of weights", byDefault = "mid-rise") Quantizer quantizer,
        @Option(value = "whether batch norms are other ones for other bits of the weights before them, as in AdaBits", byDefault = "false")
        boolean switchableBatchNorms,
        @Option(value = "whether each number of bits of a signal has a clip of its own, as in AdaBits", byDefault = "false")
        boolean switchableClips,
        @Option(value = "clip of a signal in its root mean squares; 3 suits few bits, 8 a network that was trained without codes",
                byDefault = "3", min = 0.5, max = 20) double activationClip) {

    private static final double ACTIVATION_CLIP = 3;

    /** @throws IllegalArgumentException if weights have more bits than the quantiser's code */
    public QuantizationOptions {
        if (weights.isPresent() && weights.get().bits() > quantizer.bits()) {
            throw new IllegalArgumentException("weights have " + weights.get().bits() + " bits, but the code of " + quantizer + " has "
                    + quantizer.bits() + ". Maybe weights: {bits: " + quantizer.bits() + "}?");
        }
    }

    /** With batch norms and clips that all bits share. */
    public QuantizationOptions(Optional<Bits> weights, Optional<Bits> activations, Quantizer quantizer) {
        this(weights, activations, quantizer, false, false);
    }

    /** With the clip that was measured to suit trainings from scratch: at the fewest bits, 4 lost three points on Fashion-MNIST, 6 another three (one seed). */
    public QuantizationOptions(Optional<Bits> weights, Optional<Bits> activations, Quantizer quantizer, boolean switchableBatchNorms, boolean switchableClips) {
        this(weights, activations, quantizer, switchableBatchNorms, switchableClips, ACTIVATION_CLIP);
    }

    /** A range of bits. */
    public record Bits(
            @Option(value = "bits of the full code", byDefault = "8", min = 1, max = 8) int bits,
            @Option(value = "the least that a submodel may keep", byDefault = "2", min = 1, max = 8) int min,
            @Option(value = "legal bits; [] for those of 8, 6, 4, 3, 2, 1 in the range", byDefault = "[]") List<Integer> keeps,
            @Option(value = "one knob per network, block or layer", byDefault = "network") NestingOptions.Granularity per) {

        public Bits {
            keeps = List.copyOf(keeps);
            if (min > bits) {
                throw new IllegalArgumentException("min " + min + " is above bits " + bits);
            }
            for (int keep : keeps) {
                if (keep < 1 || keep > bits) {
                    throw new IllegalArgumentException("keeps must be within 1.." + bits + ", found " + keep);
                }
            }
        }

        /** The legal bits, ascending, the last one the whole code. */
        public List<Integer> legal() {
            TreeSet<Integer> legal = new TreeSet<>(keeps.isEmpty() ? List.of(1, 2, 3, 4, 6, 8) : keeps);
            legal.removeIf(keep -> keeps.isEmpty() && keep < min || keep > bits);
            legal.add(bits);
            return List.copyOf(legal);
        }
    }
}
