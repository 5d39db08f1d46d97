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
        @Option(value = "clip of a signal in its strength, at any number of bits; if absent, 2 and half as much as it has bits, or as the fewest that it may keep "
                + "where codes are truncated",
                min = 0.5, max = 20) Optional<Double> activationClip,
        @Option(value = "code of a signal that keeps fewer bits than the full one: rounded anew to that many, or truncated, the leading bits of the full code as a weight "
                + "has them", byDefault = "rounded") SignalCode activationCode) {

    /** What a signal of fewer bits than its full code is coded by. */
    public enum SignalCode {
        /** Rounded to the nearest of as many values as its bits tell apart. */
        ROUNDED,
        /** Rounded to its full code, of which the leading bits are kept. */
        TRUNCATED
    }

    /** @throws IllegalArgumentException if weights have more bits than the quantiser's code, or truncated codes a clip for each number of bits */
    public QuantizationOptions {
        if (weights.isPresent() && weights.get().bits() > quantizer.bits()) {
            throw new IllegalArgumentException("weights have " + weights.get().bits() + " bits, but the code of " + quantizer + " has "
                    + quantizer.bits() + ". Maybe weights: {bits: " + quantizer.bits() + "}?");
        }
        if (activationCode == SignalCode.TRUNCATED && switchableClips) {
            throw new IllegalArgumentException("switchable-clips gives each number of bits another code, so activation-code: truncated has no full one to keep bits of."
                    + " Maybe activation-code: rounded?");
        }
    }

    /** With batch norms and clips that all bits share. */
    public QuantizationOptions(Optional<Bits> weights, Optional<Bits> activations, Quantizer quantizer) {
        this(weights, activations, quantizer, false, false);
    }

    /** With clips that go by the bits of a signal. */
    public QuantizationOptions(Optional<Bits> weights, Optional<Bits> activations, Quantizer quantizer, boolean switchableBatchNorms, boolean switchableClips) {
        this(weights, activations, quantizer, switchableBatchNorms, switchableClips, Optional.empty(), SignalCode.ROUNDED);
    }

    /** The same code and clips of other signals and weights. */
    public QuantizationOptions of(Optional<Bits> weights, Optional<Bits> activations) {
        return new QuantizationOptions(weights, activations, quantizer, switchableBatchNorms, switchableClips, activationClip, activationCode);
    }

    /**
     * Where a signal is clipped, in its strength, which is the root mean square of a normally distributed one. If no number is given, about where a rectified
     * normal one has the least mean square error: 2.8, 4.1, 5.1 and 6.0 for 2, 4, 6 and 8 bits (the principle of ACIQ, Banner, Nahshan and Soudry, "Post
     * training 4-bit quantization of convolutional networks for rapid-deployment", NeurIPS 2019; the numbers are found for this code).
     *
     * @param bits of its code
     */
    public double clip(int bits) {
        return activationClip.orElse(2 + bits / 2.);
    }

    /** The same of the number that is tracked for a signal of whatever bits. */
    public double trackedClip() {
        return clip(2);
    }

    /** Bits of the code that a signal is rounded to, of which it keeps so many. */
    public int roundedBits(int bits) {
        return activationCode == SignalCode.TRUNCATED ? activations.map(Bits::bits).orElse(bits) : bits;
    }

    /** Bits whose clip a signal has that keeps so many: a truncated code has that of the fewest, which a wide one costs the most. */
    public int clippedBits(int bits) {
        return activationCode == SignalCode.TRUNCATED ? activations.map(range -> range.legal().get(0)).orElse(bits) : bits;
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
