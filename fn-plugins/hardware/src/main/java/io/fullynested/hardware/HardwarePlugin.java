package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** Costs that follow from the network alone, whatever machine it runs on. */
public final class HardwarePlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "hardware";
    }

    @Override
    public List<Factory<CostModel>> costModels() {
        return List.of(
                Factory.of("macs", "multiply-accumulates per image", new Macs()),
                Factory.of("params", "weights and biases, batch norms folded", new Params()),
                Factory.of("size", "bytes of the weights packed to their bits, their scales and the biases", new Size()),
                Factory.of("bops", "bit operations per image: weight bits × activation bits × MACs", new Bops()));
    }
}
