package io.fullynested.testkit;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plugins that are shipped keep their contract. */
class ShippedPluginsTest {

    static Stream<FullyNestedPlugin> plugins() {
        return ServiceLoader.load(FullyNestedPlugin.class).stream().map(ServiceLoader.Provider::get);
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void keepsItsContract(FullyNestedPlugin plugin) {
        PluginContract contract = new PluginContract() {
            @Override
            protected FullyNestedPlugin plugin() {
                return plugin;
            }
        };
        contract.isFound();
        contract.explainsItself();
        contract.defaultsAreLegal();
    }
}
