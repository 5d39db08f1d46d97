package io.fullynested.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.hardware.Bops;
import io.fullynested.hardware.Macs;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TableTest {

    private static Supernet supernet(Table table) {
        return supernets(table).get(0);
    }

    private static List<Supernet> supernets(Table table) {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            NetworkSpec all = new SpecReader(registry).read(Path.of(table.network()), Main.Description.class).value().network();
            return table.open(all).stream().map(Supernet::new).toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"BITS, BITS, 5, 32", "BITS_AND_ACTIVATIONS, BITS, 5, 8", "CHANNELS, CHANNELS, 4, 32", "NEURONS, NEURONS, 5, 32",
            "PATHS, PATHS, 4, 32", "LAYERS, LAYERS, 2, 32"})
    void opensOneLevelAndMeasuresEveryKeep(Table table, NestingLevel level, int selections, int activations) {
        Supernet net = supernet(table);

        assertThat(net.axes().axes()).extracting(NestedAxis::level).containsOnly(level);
        assertThat(table.selections(net)).hasSize(selections).extracting(Selection::level).containsOnly(table.id());
        assertThat(table.selections(net).get(0).spec()).isEqualTo(net.axes().full());
        assertThat(table.selections(net)).extracting(Selection::spec).contains(net.axes().smallest()).doesNotHaveDuplicates();
        double macs = new Macs().cost(net.compile(net.axes().full()));
        assertThat(new Bops().cost(net.compile(net.axes().full())) / macs).isEqualTo(table == Table.BITS ? 256 : activations == 8 ? 64 : 1024);
    }

    @Test
    void theJointTableOpensAllAndDrawsHalfTiedHalfIndependent() {
        Supernet net = supernet(Table.JOINT);
        List<Selection> selections = Table.JOINT.selections(net);

        assertThat(net.axes().axes()).extracting(NestedAxis::level).contains(NestingLevel.values());
        assertThat(selections).hasSize(13).isEqualTo(Table.JOINT.selections(net));
        assertThat(selections).extracting(Selection::level).filteredOn("tied"::equals).hasSize(6);
        double full = new Bops().cost(net.compile(net.axes().full()));
        Set<SubmodelSpec> seen = new HashSet<>();
        for (Selection selection : selections) {
            assertThat(seen.add(selection.spec())).isTrue();
            assertThat(new Bops().cost(net.compile(selection.spec()))).isGreaterThanOrEqualTo(full / 20);
            Set<Integer> paths = net.axes().axes().stream().filter(axis -> axis.level() == NestingLevel.PATHS)
                    .map(axis -> selection.spec().keep(axis.id())).collect(Collectors.toSet());
            assertThat(selection.level().equals("independent") || paths.size() == 1).isTrue();
        }
    }

    @Test
    void theTableOfLevelsOpensOneAfterTheOther() {
        List<Supernet> nets = supernets(Table.LEVELS);

        assertThat(nets).extracting(net -> Table.LEVELS.selections(net).get(0).level()).containsExactly("bits", "bits+neurons",
                "bits+neurons+channels", "bits+neurons+channels+paths", "bits+neurons+channels+paths+layers");
        assertThat(nets).extracting(net -> new Bops().cost(net.compile(net.axes().full()))).containsOnly(
                new Bops().cost(supernet(Table.JOINT).compile(supernet(Table.JOINT).axes().full())));
    }

    @ParameterizedTest
    @EnumSource
    void aTwinHasTheShapesOfItsSelection(Table table) {
        Supernet net = supernet(table);
        for (Selection selection : table.selections(net)) {
            Supernet alone = net.alone(selection.spec());
            assertThat(new Bops().cost(alone.compile(alone.axes().full()))).isEqualTo(new Bops().cost(net.compile(selection.spec())));
        }
    }

    @Test
    void theCommittedNetworkHasOneAndAHalfMillionMacs() {
        Supernet net = supernet(Table.JOINT);
        assertThat(new Macs().cost(net.compile(net.axes().full()))).isBetween(1.4e6, 1.6e6);
    }
}
