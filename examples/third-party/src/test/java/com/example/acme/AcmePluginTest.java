package com.example.acme;

import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.testkit.PluginContract;

class AcmePluginTest extends PluginContract {

    @Override
    protected FullyNestedPlugin plugin() {
        return new AcmePlugin();
    }
}
