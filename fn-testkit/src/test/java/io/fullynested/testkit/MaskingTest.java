package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A compiled submodel computes what the whole supernet computes with the dropped terms masked. */
class MaskingTest {

    private static final EjmlInterpreter INTERPRETER = new EjmlInterpreter();

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void submodelEqualsMaskedSupernet(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        for (int i = 0; i < 3; i++) {
            SubmodelSpec selection = Masking.selection(network, i);
            Tensor expected = Masking.run(Masking.masked(network, selection), network.images());
            Tensor actual = Masking.run(network.submodel(selection).with(Masking.equalClips(network)), network.images());
            // the same sums in the same order, but for zeros
            assertThat(Differences.relative(actual, expected)).as("%s of %s", selection, network).isZero();
        }
    }

    @Test
    void theMaskMatters() {
        int different = 0;
        for (int seed = 1; seed <= 20; seed++) {
            RandomNetwork network = RandomNetworks.of(seed);
            SubmodelSpec smallest = Masking.selection(network, 0);
            Tensor unmasked = Masking.run(network.submodel(Masking.withBitsOf(network, smallest)).with(Masking.equalClips(network)), network.images());
            Tensor submodel = Masking.run(network.submodel(smallest).with(Masking.equalClips(network)), network.images());
            different += Differences.relative(submodel, unmasked) > 0.01 ? 1 : 0;
        }
        assertThat(different).isGreaterThan(12);
    }
}
