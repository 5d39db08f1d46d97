package com.example.acme;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** What this jar adds. The service file under resources names it. */
public final class AcmePlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "acme";
    }

    @Override
    public List<Factory<NestableBlock>> blocks() {
        return List.of(Factory.of("acme-conv", "a convolution gated by another one; nested channels", AcmeConv.class, NestableBlock.class));
    }

    @Override
    public List<Factory<CostModel>> costModels() {
        return List.of(Factory.of("acme-latency", "time for an image on the Acme board", AcmeLatency.class, CostModel.class));
    }
}
