package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Device} promises, tried on random submodels of random networks, which have numbers of 1 to 32 bits. Extend it in the
 * tests of a plugin.
 */
public abstract class DeviceContract {

    private static final int SEEDS = 30;

    /** The device under test. */
    protected abstract Device device();

    /** What it can ask: a host that exports to qdq-int8 and measures in onnxruntime, which takes its time. */
    protected Host host() {
        return CostChecks.HOST;
    }

    /** It tells something, by names that can be keys, in units. */
    @Test
    public final void namesItsCosts() {
        assertThat(device().costs()).as("costs of %s", device()).isNotEmpty().allSatisfy((name, model) -> {
            assertThat(name).matches("[a-z][a-z0-9]*(-[a-z0-9]+)*");
            assertThat(model.unit()).as("unit of %s", name).isNotBlank();
        });
    }

    /** Its costs say what they are in the same words in each process: what is trained towards them is known by these. */
    @Test
    public final void tellsItsCostsApart() {
        assertThat(device().costs()).allSatisfy((name, model) -> {
            assertThat(model.toString()).as("%s in words", name).doesNotContainPattern("@[0-9a-f]{3,}");
            assertThat(model).as(name).hasToString(device().costs().get(name).toString());
        });
    }

    /** It limits nothing but its own costs, and nothing to zero. */
    @Test
    public final void limitsItsOwnCosts() {
        for (Map.Entry<String, Double> limit : device().limits().entrySet()) {
            assertThat(device().costs()).as("costs of %s", device()).containsKey(limit.getKey());
            assertThat(limit.getValue()).as("limit of %s", limit.getKey()).isPositive().isFinite();
        }
    }

    /** Its costs are finite numbers, never below zero, for a node too. */
    @Test
    public final void isNeverNegative() {
        forAll(CostChecks::neverNegative);
    }

    /** Its costs never grow when an axis keeps less, unless they say that they may. */
    @Test
    public final void neverGrowsWhenLessIsKept() {
        forAll(CostChecks::monotone);
    }

    /** Its costs depend on the network alone: the same one costs the same. */
    @Test
    public final void isTheSameForTheSameNetwork() {
        forAll(CostChecks::theSameAgain);
    }

    private void forAll(BiConsumer<CostModel, RandomNetwork> check) {
        for (CostModel model : device().costs().values()) {
            CostModel hosted = model.on(host());
            for (int seed = 1; seed <= SEEDS; seed++) {
                check.accept(hosted, RandomNetworks.of(seed));
            }
        }
    }
}
