package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.core.plugin.Origin;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.OptionDescription;
import io.fullynested.core.spec.SpecReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link FullyNestedPlugin} promises. Extend it in the tests of a plugin. */
public abstract class PluginContract {

    /** The plugin under test. */
    protected abstract FullyNestedPlugin plugin();

    /** Where its service file is looked for. */
    ClassLoader path() {
        return plugin().getClass().getClassLoader();
    }

    /** Its service file names it, it can be made, and nothing that it provides is refused. */
    @Test
    public final void isFound() {
        try (PluginRegistry registry = PluginRegistry.load(path(), List.of())) {
            assertThat(registry.failed()).as("plugins that cannot be loaded").isEmpty();
            assertThat(registry.plugins()).as("plugins that service files on the class path name").extracting(Origin::className)
                    .contains(plugin().getClass().getName());
        }
    }

    /** It has a name; each kind and each option says in one line what it is. */
    @Test
    public final void explainsItself() {
        assertThat(plugin().name()).as("name of %s", plugin().getClass()).isNotBlank();
        for (Role<?> role : Role.ALL) {
            for (Factory<?> factory : role.provided().apply(plugin())) {
                assertThat(factory.summary()).as("summary of %s", factory.kind()).isNotBlank().doesNotContain("\n");
                for (OptionDescription option : OptionDescription.of(factory.options())) {
                    assertThat(option.meaning()).as("meaning of %s of %s", option.key(), factory.kind()).isNotBlank().doesNotContain("\n");
                }
            }
        }
    }

    /** The defaults of its options can be read, are within their ranges, and make something. */
    @Test
    public final void defaultsAreLegal() {
        try (PluginRegistry registry = PluginRegistry.load(path(), List.of())) {
            for (Role<?> role : Role.ALL) {
                role.provided().apply(plugin()).forEach(factory -> make(registry, role, factory.kind()));
            }
        }
    }

    private static void make(PluginRegistry registry, Role<?> role, String kind) {
        try {
            assertThat(new SpecReader(registry).make(role, kind)).as("%s with the defaults of its options", kind).isNotNull();
        } catch (ConfigurationException e) {
            // what must be given is not given here
            assertThat(e.problems()).as("problems of %s with the defaults of its options", kind)
                    .allSatisfy(problem -> assertThat(problem.message()).startsWith("missing ("));
        }
    }
}
