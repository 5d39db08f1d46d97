package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Node;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.SignalCode;
import io.fullynested.testkit.RandomNetworks.Codes;
import io.fullynested.training.TorchEngine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Networks whose signals keep the leading bits of their codes: LibTorch and files compute what the reference interpreter does. */
class TruncatedSignalsTest {

    private static final int SEEDS = 12;

    private static RandomNetwork network(int seed) {
        RandomNetwork rounded = RandomNetworks.of(seed, Codes.WEIGHTS_AND_SIGNALS);
        NetworkSpec spec = rounded.net().spec();
        QuantizationOptions codes = spec.quantization();
        Supernet net = new Supernet(spec.with(spec.blocks(), spec.nesting(),
                new QuantizationOptions(codes.weights(), codes.activations(), codes.quantizer(), false, false, Optional.empty(), SignalCode.TRUNCATED)));
        return new RandomNetwork(net, rounded.masters(), rounded.images(), rounded.random());
    }

    @Test
    void enginesAgree() {
        for (Backend engine : List.of(new TorchEngine(1), new OnnxEngine())) {
            OperatorParity parity = new OperatorParity(engine);
            for (int seed = 1; seed <= SEEDS; seed++) {
                RandomNetwork network = network(seed);
                Model model = network.recalibrated(network.withSignalBits(network.selection(), List.of(2, 3, 4, 6).get(seed % 4)));
                assertThat(model.graph().nodes()).filteredOn(node -> node.rounding().map(FakeQuantize::truncated).orElse(0) > 0).as("%s", network).isNotEmpty();
                parity.checkCodes(model, network.images(), network);
            }
            assertThat(parity.codes()).isGreaterThan(10_000);
            assertThat(parity.neighbours()).as("codes that differ, of %d", parity.codes()).isLessThanOrEqualTo(2 + parity.codes() / 1000);
        }
    }

    /** One clip, so one code: a submodel reads it, or fewer bits of it. */
    @Test
    void allBitsShareAClip() {
        RandomNetwork network = network(1);
        Model few = network.submodel(network.withSignalBits(network.net().axes().full(), 2));
        for (Node node : network.net().compile(network.net().axes().full()).nodes()) {
            node.rounding().ifPresent(full -> assertThat(few.graph().nodes().stream().filter(other -> other.name().equals(node.name()))
                    .map(Node::rounding).flatMap(Optional::stream)).allSatisfy(other -> {
                        assertThat(other.roundedBits()).isEqualTo(full.bits());
                        assertThat(other.multiple()).isEqualTo(full.multiple());
                    }));
        }
    }
}
