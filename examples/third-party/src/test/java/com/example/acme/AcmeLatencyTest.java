package com.example.acme;

import io.fullynested.api.cost.CostModel;
import io.fullynested.testkit.CostModelContract;

class AcmeLatencyTest extends CostModelContract {

    @Override
    protected CostModel model() {
        return new AcmeLatency(1e9, 1e8);
    }
}
