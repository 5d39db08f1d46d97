package io.fullynested.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CostsOnDemandTest {

    private final List<String> asked = new ArrayList<>();
    private final Map<String, Double> costs = new CostsOnDemand(new TreeSet<>(List.of("macs", "size", "params")), name -> {
        asked.add(name);
        return name.length();
    });

    @Test
    void onlyWhatIsAskedForIsComputedAndOnce() {
        assertThat(costs).containsKey("size").doesNotContainKey("energy");
        assertThat(costs.get("energy")).isNull();
        assertThat(asked).isEmpty();
        assertThat(costs.get("size")).isEqualTo(4);
        assertThat(costs.get("size")).isEqualTo(4);
        assertThat(asked).containsExactly("size");
    }

    @Test
    void takenTogetherTheyAreAsAnyMap() {
        assertThat(costs).isEqualTo(Map.of("macs", 4.0, "params", 6.0, "size", 4.0));
        assertThat(costs.keySet()).containsExactly("macs", "params", "size");
        assertThat(asked).containsExactlyInAnyOrder("macs", "params", "size");
    }
}
