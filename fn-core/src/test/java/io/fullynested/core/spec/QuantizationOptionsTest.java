package io.fullynested.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.core.spec.QuantizationOptions.SignalCode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuantizationOptionsTest {

    /** The 4 leading bits of another code. */
    private record Short(MidRise code) implements Quantizer {
        @Override
        public int bits() {
            return 4;
        }

        @Override
        public float scale(float[] weights, int from, int to) {
            return code.scale(weights, from, to);
        }

        @Override
        public int code(float weight, float scale) {
            return code.truncate(code.code(weight, scale), 4);
        }

        @Override
        public int truncate(int full, int bits) {
            return full >> 4 - bits;
        }

        @Override
        public int integer(int full, int bits) {
            return code.integer(full, bits);
        }

        @Override
        public int denominator(int bits) {
            return code.denominator(bits);
        }
    }

    private static QuantizationOptions weights(int bits) {
        return new QuantizationOptions(Optional.of(new Bits(bits, 2, List.of(), Granularity.NETWORK)), Optional.empty(), new Short(new MidRise(2)));
    }

    @Test
    void clipsGoByBitsUnlessOneIsGiven() {
        QuantizationOptions byBits = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2));
        assertThat(List.of(byBits.clip(1), byBits.clip(2), byBits.clip(3), byBits.clip(4), byBits.clip(8))).containsExactly(2.5, 3., 3.5, 4., 6.);
        QuantizationOptions same = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2), false, false, Optional.of(2.5), SignalCode.ROUNDED);
        assertThat(List.of(same.clip(2), same.clip(8), same.trackedClip())).containsExactly(2.5, 2.5, 2.5);
    }

    @Test
    void truncatedSignalsAreRoundedToTheirFullCode() {
        Optional<Bits> six = Optional.of(new Bits(6, 2, List.of(), Granularity.NETWORK));
        QuantizationOptions rounded = new QuantizationOptions(Optional.empty(), six, new MidRise(2));
        assertThat(rounded.roundedBits(3)).isEqualTo(3);
        QuantizationOptions truncated = new QuantizationOptions(Optional.empty(), six, new MidRise(2), false, false, Optional.empty(), SignalCode.TRUNCATED);
        assertThat(truncated.roundedBits(3)).isEqualTo(6);
        assertThat(List.of(rounded.clippedBits(3), truncated.clippedBits(3))).containsExactly(3, 2);
        assertThatThrownBy(() -> new QuantizationOptions(Optional.empty(), six, new MidRise(2), false, true, Optional.empty(), SignalCode.TRUNCATED))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("switchable-clips", "Maybe activation-code: rounded?");
    }

    @Test
    void weightsHaveNoMoreBitsThanTheirCode() {
        assertThat(weights(4).weights().orElseThrow().legal()).containsExactly(2, 3, 4);
        assertThatThrownBy(() -> weights(8)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights have 8 bits, but the code of Short[code=MidRise[clip=2.0]] has 4. Maybe weights: {bits: 4}?");
    }
}
