package io.fullynested.core.spec;

import static io.fullynested.core.spec.Reading.read;
import static io.fullynested.core.spec.Reading.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.plugin.TestPlugins;
import io.fullynested.core.quantize.MidRise;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindBinderTest {

    record Search(@Option(value = "how", byDefault = "evolution") SearchStrategy strategy) {
    }

    record Budgets(@Option("all") List<Budget> budgets) {
    }

    record Blocks(@Option("all") List<NetworkSpec.Block> blocks) {
    }

    @Test
    void aKindAloneOrWithOptions() {
        SpecPlugin.Evolution standard = new SpecPlugin.Evolution(16, Optional.empty());
        assertThat(read(Search.class, "{}").strategy()).isEqualTo(standard);
        assertThat(read(Search.class, "strategy: evolution").strategy()).isEqualTo(standard);
        assertThat(read(Search.class, "strategy: {kind: evolution}").strategy()).isEqualTo(standard);
        assertThat(read(Search.class, "strategy: {kind: evolution, population: 8, own-seed: 3}").strategy())
                .isEqualTo(new SpecPlugin.Evolution(8, Optional.of(3L)));
    }

    @Test
    void refusesKindsAndOptionsThatAreNone() {
        assertThat(refused(Search.class, "strategy: evolutoin")).containsExactly(
                "q.yaml:1: strategy: no plugin on the path provides search strategy 'evolutoin'. Maybe 'evolution'? There are: evolution");
        assertThat(refused(Search.class, "strategy:\n  kind: greedy")).containsExactly(
                "q.yaml:2: strategy.kind: no plugin on the path provides search strategy 'greedy'. There are: evolution");
        assertThat(refused(Search.class, "strategy: {population: 3}")).containsExactly(
                "q.yaml:1: strategy.kind: missing (which search strategy). There are: evolution");
        assertThat(refused(Search.class, "strategy:\n  kind: evolution\n  popluation: 3\n  kid: 4")).containsExactly(
                "q.yaml:3: strategy.popluation: unknown key. Maybe 'population'?", "q.yaml:4: strategy.kid: unknown key. Maybe 'kind'?");
        assertThat(refused(Search.class, "strategy: []")).containsExactly(
                "q.yaml:1: strategy: expected a kind, or keys and values, found a list");
    }

    @Test
    void aDefaultWhoseKindNobodyProvidesSaysSo() {
        assertThatThrownBy(() -> new SpecReader(TestPlugins.registry()).read("{}", "q.yaml", Search.class)).hasMessage(
                "q.yaml:1: strategy: its default 'evolution': no plugin on the path provides search strategy 'evolution'. There is none at all");
    }

    @Test
    void blocksGetNamesFromTheirKinds() {
        List<NetworkSpec.Block> blocks = read(Blocks.class, """
                blocks:
                  - {kind: conv, channels: 4}
                  - {kind: residual-stage, channels: 8, groups: 2}
                  - max-pool
                  - {kind: conv, channels: 4, name: neck, quantize: false, kernel: 5}
                  - {kind: residual-stage, channels: 8, nesting: {channels: {multiple: 4}}}
                  - {kind: average-pool}
                  - {kind: conv, channels: 4}
                """).blocks();
        assertThat(blocks).extracting(NetworkSpec.Block::name)
                .containsExactly("conv1", "stage1", "pool1", "neck", "stage2", "pool2", "conv2");
        assertThat(blocks).extracting(NetworkSpec.Block::quantize).containsExactly(true, true, true, false, true, true, true);
        assertThat(blocks.get(3).block()).isEqualTo(new SpecPlugin.Conv(4, 5, 1));
        assertThat(blocks.get(0).nesting()).isEmpty();
        assertThat(blocks.get(4).nesting().orElseThrow().channels().multiple()).isEqualTo(4);
    }

    @Test
    void refusesBlocksThatAreWrong() {
        assertThat(refused(Blocks.class, """
                blocks:
                  - {kind: conv, kernle: 3, channels: 0}
                  - kind: cnov
                    name: 1st
                    quantize: maybe
                  - {kind: conv, channels: 3, groups: 2, nesting: {layer: {}}}
                  - {channels: 3}
                  - {kind: defective}
                  - {kind: max-pool, size: 2}
                """)).containsExactly(
                "q.yaml:2: blocks[0].kernle: unknown key. Maybe 'kernel'?",
                "q.yaml:2: blocks[0].channels: must be at least 1, found 0. Maybe 1?",
                "q.yaml:3: blocks[1].kind: no plugin on the path provides block 'cnov'. Maybe 'conv'? There are: average-pool, conv, "
                        + "defective, max-pool, residual-stage",
                "q.yaml:4: blocks[1].name: a name is made of letters, digits, - and _, and starts with a letter, found '1st'",
                "q.yaml:5: blocks[1].quantize: expected true or false, found 'maybe'",
                "q.yaml:6: blocks[2]: channels 3 is not a multiple of groups 2",
                "q.yaml:6: blocks[2].nesting.layer: unknown key. Maybe 'layers'?",
                "q.yaml:7: blocks[3].kind: missing (which block). There are: average-pool, conv, defective, max-pool, residual-stage",
                "q.yaml:8: blocks[4]: block 'defective' failed: IllegalStateException: out of order",
                "q.yaml:9: blocks[5].size: unknown key. There are: kind, name, of, quantize, nesting");
    }

    @Test
    void refusesTwoBlocksOrBudgetsOfOneName() {
        assertThat(refused(Blocks.class, "blocks:\n  - max-pool\n  - {kind: conv, channels: 1, name: pool1}\n")).containsExactly(
                "q.yaml:3: blocks[1]: is named 'pool1' as blocks[0] is. Give one of them another name");
        assertThat(refused(Budgets.class, "budgets:\n  - {name: a, macs: 1}\n  - {name: a, size: 1}\n")).containsExactly(
                "q.yaml:3: budgets[1]: is named 'a' as budgets[0] is. Give one of them another name");
    }

    @ParameterizedTest
    @CsvSource({"200_000,200000", "200k,200000", "1.5 M,1500000", "20 KiB,20480", "20KiB,20480", "20 kB,20000", "2 MiB,2097152",
            "1000 bytes,1000", "3.5 B,3.5", "1e6,1000000"})
    void limitsHaveUnits(String text, double limit) {
        assertThat(read(Budgets.class, "budgets: [{name: tiny, size: " + text + "}]").budgets())
                .containsExactly(new Budget("tiny", Map.of("size", limit)));
    }

    @Test
    void limitsMayBeInTheUnitOfTheirCostModel() {
        assertThat(read(Budgets.class, "budgets: [{name: tiny, latency: 2.5 ms, macs: 3 MMACs}, {name: slow, latency: 0.01 s, macs: 7}]").budgets())
                .extracting(Budget::limits).containsExactly(Map.of("latency", 2.5, "macs", 3e6), Map.of("latency", 10.0, "macs", 7.0));
    }

    record Run(
            @Option(value = "", byDefault = "[]") List<Named<CostModel>> costs,
            @Option(value = "", byDefault = "[]") List<Named<Device>> devices,
            @Option(value = "", byDefault = "[]") List<Budget> budgets) {
    }

    @Test
    void budgetsLimitWhatWasNamed() {
        assertThat(read(Run.class, """
                costs:
                  - {name: mine, kind: measured, file: x}
                devices:
                  - {name: chip, kind: board, speed: 2 GOPS, slices: 3}
                budgets:
                  - {name: a, mine: 7 us, cycles: 5}
                  - {name: b, chip.cycles: 9, chip.slices: 2}
                """).budgets()).extracting(Budget::limits).containsExactly(
                // what the device has is a limit too
                Map.of("mine", 0.007, "chip.cycles", 5.0, "chip.slices", 3.0), Map.of("chip.cycles", 9.0, "chip.slices", 2.0));
    }

    record Priced(@Option("what is paid") CostModel cost, @Option(value = "", byDefault = "[]") List<Named<Device>> devices) {
    }

    /** Wherever it stands in the file. */
    @Test
    void aCostModelMayBeOneThatWasNamed() {
        Priced priced = read(Priced.class, """
                cost: chip.cycles
                devices: [{name: chip, kind: board, speed: 2 GOPS, slices: 3}]
                """);
        assertThat(priced.cost()).isEqualTo(priced.devices().get(0).thing().costs().get("cycles"));
        assertThat(read(Priced.class, "{cost: macs}").cost().unit()).isEqualTo("MACs");
        assertThat(refused(Priced.class, "cost: latencyy")).containsExactly("q.yaml:1: cost: no plugin on the path provides cost model 'latencyy'. "
                + "Maybe 'latency'? There are: latency, macs, size");
    }

    @Test
    void refusesNamesThatAreWrong() {
        assertThat(refused(Run.class, """
                costs:
                  - {name: macs, kind: measured, file: x}
                  - {kind: measured, file: x}
                  - measured
                devices:
                  - {name: a, kind: board, speed: 2 GHz, slices: 3}
                """)).containsExactly(
                "q.yaml:2: costs[0].name: 'macs' is a kind of cost model. Give it another name",
                "q.yaml:3: costs[1].name: missing (what budgets call it)",
                "q.yaml:4: costs[2]: expected keys and values, found 'measured'",
                "q.yaml:6: devices[0].speed: expected an amount such as 20 OPS, found '2 GHz'. The units are OPS, kOPS, MOPS, GOPS, TOPS, "
                        + "FLOPS, MFLOPS, GFLOPS, TFLOPS");
        assertThat(refused(Run.class, """
                costs: [{name: a, kind: measured, file: x}]
                devices:
                  - {name: a, kind: board, speed: 2 GOPS, slices: 3}
                """)).containsExactly("q.yaml:3: devices[0]: the name 'a' is taken. Give one of the two another name");
        assertThat(refused(Run.class, """
                devices:
                  - {name: a, kind: board, speed: 2 GOPS, slices: 3}
                  - {name: b, kind: board, speed: 3 Gops, slices: 3}
                budgets: [{name: x, cycles: 3, nothing: 4}]
                """)).containsExactly("q.yaml:3: devices[1].speed: expected an amount such as 20 OPS, found '3 Gops'. Maybe 'GOPS'? "
                + "The units are OPS, kOPS, MOPS, GOPS, TOPS, FLOPS, MFLOPS, GFLOPS, TFLOPS");
        assertThat(refused(Run.class, """
                devices:
                  - {name: a, kind: board, speed: 2 GOPS, slices: 3}
                  - {name: b, kind: board, speed: 3 GOPS, slices: 3}
                budgets:
                  - {name: x, cycles: 3, a.cycle: 4}
                  - {name: y, measured: 3}
                """)).containsExactly(
                "q.yaml:5: budgets[0].cycles: several devices have it. Say which: a.cycles, b.cycles",
                "q.yaml:5: budgets[0].a.cycle: no plugin on the path provides cost model 'a.cycle'. Maybe 'a.cycles'? There are: a.cycles, a.slices, b.cycles, "
                        + "b.slices, latency, macs, size",
                "q.yaml:6: budgets[1].measured: the cost model 'measured' has options that must be given. Maybe under costs, "
                        + "{name: my-measured, kind: measured, …}?");
    }

    @Test
    void refusesBudgetsThatAreWrong() {
        assertThat(refused(Budgets.class, """
                budgets:
                  - {name: ../up, mac: 3, size: 3 furlongs}
                  - {macs: 0, size: -1 KiB, latency: []}
                  - {name: nothing}
                  - small
                """)).containsExactly(
                "q.yaml:2: budgets[0].name: a name is made of letters, digits, - and _, and starts with a letter, found '../up'",
                "q.yaml:2: budgets[0].mac: no plugin on the path provides cost model 'mac'. Maybe 'macs'? There are: latency, macs, size",
                "q.yaml:2: budgets[0].size: expected an amount such as 200k or 20 bytes, found '3 furlongs'. The units are B, kB, MB, GB, TB, "
                        + "KiB, MiB, GiB, TiB",
                "q.yaml:3: budgets[1].name: missing (names the submodel that is found)",
                "q.yaml:3: budgets[1].macs: must be more than 0, found 0",
                "q.yaml:3: budgets[1].size: must be more than 0, found -1 KiB",
                "q.yaml:3: budgets[1].latency: expected a single value, found a list",
                "q.yaml:4: budgets[2]: a budget limits at least one cost. There are: latency, macs, size",
                "q.yaml:5: budgets[3]: expected keys and values, found 'small'");
    }

    @Test
    void makesAKindWithItsDefaults() {
        assertThat(Reading.READER.make(Role.QUANTIZER, "mid-rise")).isEqualTo(new MidRise(2));
        assertThatThrownBy(() -> Reading.READER.make(Role.COST_MODEL, "measured")).isInstanceOf(ConfigurationException.class)
                .hasMessage("cost model 'measured': file: missing (a file)");
        assertThatThrownBy(() -> Reading.READER.make(Role.COST_MODEL, "mac")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Maybe 'macs'?");
    }
}
