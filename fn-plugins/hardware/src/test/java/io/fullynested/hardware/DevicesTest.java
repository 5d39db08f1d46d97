package io.fullynested.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DevicesTest {

    private static final Graph NET = HandNet.quantized();

    private static CostModel latency(Map<String, Double> peak, double overhead) {
        return new Roofline(peak, 1e9, overhead, Optional.empty()).costs().get("latency");
    }

    @Test
    void aLayerTakesTheTimeOfItsOperationsOrOfItsBytes() {
        // nanoseconds at 2 and 1 operations and 1 byte each; 6-bit codes and float weights are multiplied as floats
        double conv = 2 * 1440 / 2.0;
        double grouped = 8 + 60 + 18;
        double dense = 30 + 492 + 12;
        double others = 32 + 50 + 18 + 56 + 60;
        CostModel latency = latency(Map.of("8", 2e9, "32", 1e9), 0);
        assertThat(latency.unit()).isEqualTo("ms");
        assertThat(latency.cost(NET)).isCloseTo(1e-6 * (conv + grouped + dense + others), within(1e-12));
        assertThat(latency.perNode(NET)[2]).isCloseTo(1e-6 * conv, within(1e-12));
        assertThat(latency(Map.of("8", 2e9, "32", 1e9), 0.5).cost(NET)).isCloseTo(latency.cost(NET) + 8 * 0.5, within(1e-12));
    }

    @Test
    void aWidthTakesTheSpeedOfTheNextWiderOne() {
        assertThat(latency(Map.of("16", 2e9, "32", 1e9), 0).cost(NET)).isEqualTo(latency(Map.of("8", 2e9, "32", 1e9), 0).cost(NET));
        assertThatThrownBy(() -> latency(Map.of("4", 4e9, "8", 2e9), 0).cost(NET)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node14 has numbers of 32 bits (float32), for which no peak is given; there is one for [4, 8] bits. Maybe add 32?");
    }

    @Test
    void peaksThatWouldRewardWasteOrMeanNothingAreRefused() {
        assertThatThrownBy(() -> latency(Map.of("8", 2e9, "32", 3e9), 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("peak at 8 bits is less than at 32. Leave out 8: it is then taken from the next wider width");
        assertThatThrownBy(() -> latency(Map.of("int8", 2e9), 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("peak is given for 'int8', which is not a width of 1 to 32 bits. Maybe 8?");
        assertThatThrownBy(() -> latency(Map.of("8", 0.0), 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("peak at 8 bits must be above 0, found 0.0");
        assertThatThrownBy(() -> latency(Map.of(), 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("peak is given for no width. Maybe {8: …}?");
    }

    @Test
    void aProcessorTellsEnergyIfThatIsDescribed() {
        Energy energy = new Energy(1000, 12.5, 162.5, 0.2, 0.1, 4.6);
        assertThat(new Roofline(Map.of("32", 1e9), 1e9, 0, Optional.of(energy)).costs()).containsOnlyKeys("latency", "energy")
                .containsEntry("energy", energy);
    }

    /** 2×2 multipliers, tiles of 2×4 pixels, 4 bytes a cycle. */
    private static final Fpga FPGA = new Fpga(1e8, 4e8, 220, 53_200, 280, new Fpga.Tile(2, 2, 2, 4), Map.of("16", 1.0, "32", 0.2));

    @Test
    void layersAreComputedTileByTile() {
        double[] cycles = FPGA.costs().get("cycles").perNode(NET);
        // 2×1 tiles of pixels, ⌈5/2⌉ of output channels, 9 taps of 2×4 pixels; loads 2 channels of 4×6 pixels and 2×2×9 weights
        double conv = 2 * 3 * 72 + 72 + 2 * 8 * 4 / 8.0 / 4;
        assertThat((2 * 24 * 8 + 4 * 9 * 3) / 8.0 / 4).isLessThan(72);
        assertThat(cycles[2]).isEqualTo(conv);
        // two groups, ⌈3/2⌉ tiles of 2×2 pixels
        double grouped = 2 * 2 * 4 + 4 + 2 * 4 * 6 / 8.0 / 4;
        assertThat(cycles[8]).isEqualTo(grouped);
        // loading 2×2 float weights and 2 features takes longer than to multiply them
        double load = (2 * 6 + 4 * 32) / 8.0 / 4;
        double dense = 2 * (20 * load) + load + 2 * 32 / 8.0 / 4;
        assertThat(cycles[14]).isEqualTo(dense);
        double others = (32 + 50 + 18 + 56 + 60) / 4.0;
        assertThat(Arrays.stream(cycles).sum()).isEqualTo(conv + grouped + dense + others);
        assertThat(FPGA.costs().get("latency").cost(NET)).isCloseTo((conv + grouped + dense + others) / 1e5, within(1e-12));
    }

    @Test
    void oneAcceleratorServesAllLayers() {
        // float32 takes five slices for a product
        assertThat(FPGA.costs().get("dsp").cost(NET)).isEqualTo(4 * 5);
        assertThat(FPGA.costs().get("lut").cost(NET)).isEqualTo(4 * (32 + 8 + 1));
        assertThat(FPGA.costs().get("bram").cost(NET)).isEqualTo(2 * (2 + 4 + 2));
        assertThat(FPGA.limits()).isEqualTo(Map.of("dsp", 220.0, "lut", 53_200.0, "bram", 280.0));
    }

    @Test
    void largeTilesNeedSeveralBlockRams() {
        Fpga large = new Fpga(1e8, 4e8, 1, 1, 1, new Fpga.Tile(4, 2, 60, 60), Map.of("32", 0.2));
        // 62×62 pixels of 8 bits and 60×60 of 32, in blocks of 18 Kibit
        assertThat(large.costs().get("bram").cost(NET)).isEqualTo(2 * (2 * 2 + 8 + 4 * 7));
    }

    @Test
    void aWidthWithoutMultipliersIsRefused() {
        Fpga narrow = new Fpga(1e8, 4e8, 1, 1, 1, new Fpga.Tile(4, 2, 4, 4), Map.of("8", 2.0));
        assertThatThrownBy(() -> narrow.costs().get("dsp").cost(NET)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node14 has numbers of 32 bits (float32), for which no products-per-dsp is given; there is one for [8] bits. Maybe add 32?");
    }
}
