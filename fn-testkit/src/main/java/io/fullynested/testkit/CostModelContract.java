package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What every {@link CostModel} promises, tried on random submodels of random networks. Extend it in the tests of a plugin. */
public abstract class CostModelContract {

    private static final int SEEDS = 40;

    /** The cost model under test. */
    protected abstract CostModel model();

    /** What it can ask: a host that exports to qdq-int8 and measures in onnxruntime, which takes its time. */
    protected Host host() {
        return CostChecks.HOST;
    }

    /** Its unit has a name. */
    @Test
    public final void hasAUnit() {
        assertThat(model().unit()).as("unit of %s", model()).isNotBlank();
    }

    /** It is a finite number, never below zero, for a node too, of which none costs more than the network. */
    @Test
    public final void isNeverNegative() {
        forAll(CostChecks::neverNegative);
    }

    /** It never grows when an axis keeps less, unless it says that it may. */
    @Test
    public final void neverGrowsWhenLessIsKept() {
        forAll(CostChecks::monotone);
    }

    /** It depends on the network alone: the same one costs the same. */
    @Test
    public final void isTheSameForTheSameNetwork() {
        forAll(CostChecks::theSameAgain);
    }

    /** What is said to be a sum over nodes is one. */
    @Test
    public final void isTheSumOfItsNodes() {
        forAll(CostChecks::sumOfNodes);
    }

    private void forAll(BiConsumer<CostModel, RandomNetwork> check) {
        CostModel model = model().on(host());
        for (int seed = 1; seed <= SEEDS; seed++) {
            check.accept(model, RandomNetworks.of(seed));
        }
    }
}
