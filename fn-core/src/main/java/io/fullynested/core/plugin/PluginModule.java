package io.fullynested.core.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.util.Types;

/**
 * Lets Guice inject the {@link PluginRegistry}, and {@code Kinds<CostModel>}, {@code Kinds<SearchStrategy>}, … for each role.
 * Plugins never see Guice; this binds what they handed over.
 */
public final class PluginModule extends AbstractModule {

    private final PluginRegistry registry;

    public PluginModule(PluginRegistry registry) {
        this.registry = registry;
    }

    @Override
    protected void configure() {
        bind(PluginRegistry.class).toInstance(registry);
        Role.ALL.forEach(this::bindKinds);
    }

    // safe: the key is built from the role's own type
    @SuppressWarnings("unchecked")
    private <T> void bindKinds(Role<T> role) {
        Key<Kinds<T>> key = (Key<Kinds<T>>) Key.get(Types.newParameterizedType(Kinds.class, role.type()));
        bind(key).toInstance(registry.kinds(role));
    }
}
