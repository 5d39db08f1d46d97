package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyTest {

    private long now;
    private final List<String> runs = new ArrayList<>();

    /** A network that takes some milliseconds in turn, from the first run after those that warm up. */
    private Runnable network(String name, int... milliseconds) {
        int[] count = {-10};
        return () -> {
            runs.add(name);
            int run = count[0]++;
            now += run < 0 ? 100_000_000L : 1_000_000L * milliseconds[run % milliseconds.length];
        };
    }

    private List<Double> medians(Runnable... networks) {
        return Latency.medians(List.of(networks), () -> now);
    }

    @Test
    void itIsTheMedianWhateverTheOthersTake() {
        // of five runs two are fast and two are slow; the fastest fifth would say 1
        assertThat(medians(network("one", 1, 1, 3, 50, 90))).containsExactly(3.0);
        assertThat(medians(network("one", 1, 1, 1, 1, 1, 7, 7, 7, 7, 7, 7))).containsExactly(7.0);
    }

    @Test
    void networksTakeTurns() {
        assertThat(medians(network("one", 2), network("two", 5))).containsExactly(2.0, 5.0);
        assertThat(runs).startsWith("one", "two", "one", "two").endsWith("one", "two");
        assertThat(runs.size() % 4).as("10 to warm up, and then an odd number").isEqualTo(2);
    }

    @Test
    void slowNetworksRunLessOften() {
        medians(network("one", 1000));
        assertThat(runs).hasSize(10 + 21);
        runs.clear();
        medians(network("one", 1));
        assertThat(runs).hasSize(10 + 201);
    }
}
