package io.fullynested.testkit;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.plugin.Option;
import io.fullynested.hardware.Macs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check of the contract catches a plugin that is broken in its way. */
class PluginContractTest {

    /** A plugin with one cost model. */
    public static class Right implements FullyNestedPlugin {
        record Options(@Option(value = "a factor", byDefault = "2", min = 1) int factor, @Option("must be given") int given) {
        }

        @Override
        public String name() {
            return "right";
        }

        @Override
        public List<Factory<CostModel>> costModels() {
            return List.of(Factory.of("tested", "one that is tested", Options.class, options -> new Macs()),
                    Factory.of("other", "one without options", new Macs()));
        }
    }

    public static final class NoConstructor extends Right {
        private NoConstructor() {
        }
    }

    public static final class Nameless extends Right {
        @Override
        public String name() {
            return " ";
        }
    }

    public static final class Silent extends Right {
        @Override
        public List<Factory<CostModel>> costModels() {
            return List.of(Factory.of("tested", "", new Macs()));
        }
    }

    public static final class Undocumented extends Right {
        record Options(@Option(value = "", byDefault = "2") int factor) {
        }

        @Override
        public List<Factory<CostModel>> costModels() {
            return List.of(Factory.of("tested", "one that is tested", Options.class, options -> new Macs()));
        }
    }

    public static final class BeyondItsRange extends Right {
        record Options(@Option(value = "a factor", byDefault = "0", min = 1) int factor) {
        }

        @Override
        public List<Factory<CostModel>> costModels() {
            return List.of(Factory.of("tested", "one that is tested", Options.class, options -> new Macs()));
        }
    }

    private static PluginContract contract(FullyNestedPlugin plugin, Class<?> named) {
        return new PluginContract() {
            @Override
            protected FullyNestedPlugin plugin() {
                return plugin;
            }

            @Override
            ClassLoader path() {
                return path(named.getName());
            }

            /** The class path with a service file of one line. */
            private static ClassLoader path(String line) {
                return new ClassLoader(PluginContractTest.class.getClassLoader()) {
                    @Override
                    public Enumeration<URL> getResources(String name) throws IOException {
                        return name.startsWith("META-INF/services/" + FullyNestedPlugin.class.getName())
                                ? Collections.enumeration(List.of(file(line))) : super.getResources(name);
                    }
                };
            }
        };
    }

    private static URL file(String line) {
        try {
            Path file = Files.writeString(Files.createTempFile("services", null), line);
            file.toFile().deleteOnExit();
            return file.toUri().toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Mutant<PluginContract>> mutants() {
        return Stream.of(
                broken("isFound", "the service file names another class", contract(new Nameless(), Right.class), "service files"),
                broken("isFound", "no public constructor", contract(new NoConstructor(), NoConstructor.class), "cannot be loaded"),
                broken("explainsItself", "no name", contract(new Nameless(), Nameless.class), "name of"),
                broken("explainsItself", "no summary of a kind", contract(new Silent(), Silent.class), "summary of tested"),
                broken("explainsItself", "no meaning of an option", contract(new Undocumented(), Undocumented.class), "meaning of factor"),
                broken("defaultsAreLegal", "a default below the least legal number", contract(new BeyondItsRange(), BeyondItsRange.class),
                        "must be at least 1"));
    }

    private static Mutant<PluginContract> broken(String check, String defect, PluginContract contract, String message) {
        return new Mutant<>(PluginContract.class, check, defect, contract, contract(new Right(), Right.class), message);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void catches(Mutant<PluginContract> mutant) {
        mutant.caught();
    }
}
