package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What every selection of every network keeps. */
class NestingTest {

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void whatASmallerSelectionUsesALargerOneUsesToo(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        SubmodelSpec large = network.selection();
        SubmodelSpec small = network.net().axes().select(axis -> Math.min(large.keep(axis.id()), network.keep(axis)));
        Masking.checkContained(network, small, large);
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void theFullSelectionUsesEverything(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        Masking.used(network, network.net().compile(network.net().axes().full())).forEach((name, used) -> {
            boolean operand = network.net().masters().stream().anyMatch(master -> master.name().equals(name) && master.role().trained());
            for (boolean element : used) {
                assertThat(element).as("%s of %s", name, network).isEqualTo(operand);
            }
        });
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyAxisChangesTheGraph(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        SubmodelSpec full = network.net().axes().full();
        Graph whole = network.net().compile(full);
        for (NestedAxis axis : network.net().axes().axes()) {
            assertThat(network.net().compile(full.with(axis.id(), axis.smallest()))).as("%s of %s", axis, network).isNotEqualTo(whole);
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void aShuffleTransposesGroupsAndRest(@ForAll @IntRange(min = 2, max = 6) int half) {
        RandomNetwork network = RandomNetworks.around(half, new AdHocBlocks.ShuffleUnit(half));
        List<Node> shuffles = network.net().compile(network.net().axes().full()).nodes().stream()
                .filter(node -> node.operator() instanceof Permute).toList();
        assertThat(shuffles).hasSize(1);
        List<Integer> order = ((Permute) shuffles.get(0).operator()).order();
        for (int i = 0; i < half; i++) {
            assertThat(order.subList(2 * i, 2 * i + 2)).containsExactly(i, half + i);
        }
    }
}
