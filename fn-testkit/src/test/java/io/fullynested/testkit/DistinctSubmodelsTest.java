package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.model.Supernet;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Submodels are counted as if all of them had been gone through. */
class DistinctSubmodelsTest {

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void whatIsCountedIsThere(@ForAll @IntRange(min = 1, max = 80) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, RandomNetworks.Codes.NONE);
        Supernet net = network.net();
        Assume.that(net.axes().submodels() <= 500);
        assertThat(net.submodels()).as("%s", network).isEqualTo(net.axes().stream().map(net::canonical).distinct().count());
    }
}
