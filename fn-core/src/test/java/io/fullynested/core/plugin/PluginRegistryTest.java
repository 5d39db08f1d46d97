package io.fullynested.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginRegistryTest {

    private static final String ECHO = """
            @Override public List<Factory<NestableBlock>> blocks() {
                return List.of(Factory.of("%s", "gives back what goes in", (NestableBlock) (x, b) -> x));
            }""";

    private static final String UNLINKABLE = """
            package com.example;
            import io.fullynested.api.plugin.*;
            public class %s extends org.junit.jupiter.api.Assertions implements FullyNestedPlugin {
                public %s() { }
                @Override public String name() { return "broken"; }
            }""";

    @TempDir
    private Path temporary;

    private Path folder() {
        return temporary.resolve("plugins");
    }

    private PluginRegistry load() {
        return PluginRegistry.load(TestPlugins.classPath(Conv.class.getName()), List.of(folder()));
    }

    public static final class Conv implements FullyNestedPlugin {
        @Override
        public String name() {
            return "conv";
        }

        @Override
        public List<Factory<NestableBlock>> blocks() {
            NestableBlock nothing = (x, b) -> x;
            return List.of(Factory.of("conv", "a convolution", nothing), Factory.of("residual-stage", "a stage", nothing));
        }
    }

    public static final class AlsoConv implements FullyNestedPlugin {
        @Override
        public String name() {
            return "also conv";
        }

        @Override
        public List<Factory<NestableBlock>> blocks() {
            return List.of(Factory.of("conv", "another convolution", (NestableBlock) (x, b) -> x));
        }
    }

    @Test
    void findsPluginsOfTheClassPathAndOfFoldersWithTheirOrigin() throws IOException {
        new PluginJar().version("1.2.3").plugin("Echo", ECHO.formatted("echo")).write(folder(), "echo-1.2.3.jar");
        try (PluginRegistry registry = load()) {
            Kinds<NestableBlock> blocks = registry.kinds(Role.BLOCK);
            assertThat(blocks.all().keySet()).containsExactly("conv", "echo", "residual-stage");
            assertThat(blocks.get("echo").summary()).isEqualTo("gives back what goes in");
            assertThat(blocks.all().get("echo").origin())
                    .isEqualTo(new Origin("the Echo", "com.example.Echo", "echo-1.2.3.jar", Optional.of("1.2.3")));
            assertThat(registry.plugins()).extracting(Origin::toString)
                    .containsExactly(Conv.class.getName() + " (test-classes)", "com.example.Echo (echo-1.2.3.jar)");
            assertThat(registry.kinds(Role.COST_MODEL).all()).isEmpty();
            assertThat(registry.failed()).isEmpty();
        }
    }

    @Test
    void aFolderSeesTheApiAndItsOwnJarsOnly() throws IOException {
        new PluginJar().plugin("Curious", """
                @Override public List<Factory<NestableBlock>> blocks() {
                    List<Factory<NestableBlock>> seen = new ArrayList<>();
                    for (String name : List.of("io.fullynested.core.spec.NetworkSpec", "com.google.inject.Guice",
                            "org.junit.jupiter.api.Test", "org.slf4j.Logger", "java.sql.Connection", "com.example.library.Helpful")) {
                        try {
                            Class<?> type = Class.forName(name);
                            seen.add(Factory.of(type.getSimpleName().toLowerCase(Locale.ROOT), "seen", (NestableBlock) (x, b) -> x));
                        } catch (ClassNotFoundException e) {
                            continue;
                        }
                    }
                    return seen;
                }""").write(folder(), "curious.jar");
        new PluginJar().source("Helpful", "package com.example.library; public class Helpful { }").write(folder(), "library.jar");
        try (PluginRegistry registry = PluginRegistry.load(TestPlugins.classPath(""), List.of(folder()))) {
            assertThat(registry.failed()).isEmpty();
            assertThat(registry.kinds(Role.BLOCK).all().keySet()).containsExactly("connection", "helpful", "logger");
        }
    }

    @Test
    void refusesOneKindFromTwoPluginsNamingBothClassesAndJars() throws IOException {
        new PluginJar().plugin("Mine", ECHO.formatted("conv")).plugin("Other", ECHO.formatted("residual-stage"))
                .write(folder(), "mine.jar");
        assertThatThrownBy(this::load).isInstanceOf(PluginException.class).hasMessage(
                "Two plugins provide the block 'conv': " + Conv.class.getName() + " (test-classes) and com.example.Mine (mine.jar). "
                + "Remove one of them from the path\n"
                + "Two plugins provide the block 'residual-stage': " + Conv.class.getName() + " (test-classes) and "
                + "com.example.Other (mine.jar). Remove one of them from the path");
        assertThatThrownBy(() -> TestPlugins.registry(Conv.class, AlsoConv.class)).isInstanceOf(PluginException.class)
                .hasMessageContaining("'conv'").hasMessageContaining(Conv.class.getName()).hasMessageContaining(AlsoConv.class.getName());
    }

    @Test
    void theSameKindInTwoRolesIsFine() throws IOException {
        new PluginJar().plugin("Mine", """
                @Override public List<Factory<CostModel>> costModels() {
                    return List.of(Factory.of("conv", "one for each node", new CostModel() {
                        @Override public String unit() { return "nodes"; }
                        @Override public double cost(Graph graph) { return graph.nodes().size(); }
                    }));
                }""").write(folder(), "mine.jar");
        try (PluginRegistry registry = load()) {
            assertThat(registry.kinds(Role.COST_MODEL).get("conv").summary()).isEqualTo("one for each node");
            assertThat(registry.kinds(Role.BLOCK).get("conv").summary()).isEqualTo("a convolution");
        }
    }

    @Test
    void leavesOutBrokenPluginsAndRemembersWhy() throws IOException {
        new PluginJar()
                .plugin("Throws", "static { if (true) throw new IllegalStateException(\"no licence\"); }")
                .plugin("NoConstructor", "public NoConstructor(int x) { }")
                .plugin("NeedsCore", "private final Object core = new io.fullynested.core.plugin.PluginException(\"\");")
                .plugin("Late", "@Override public List<Factory<CostModel>> costModels() { throw new UnsupportedOperationException(\"later\"); }")
                .plugin("Camel", ECHO.formatted("squeezeExcite"))
                .plugin("Taken", """
                        record Options(@Option("its name") String name) { }
                        @Override public List<Factory<NestableBlock>> blocks() {
                            return List.of(Factory.<NestableBlock, Options>of("taken", "", Options.class, o -> (x, b) -> x));
                        }""")
                .plugin("Undocumented", """
                        record Options(int size) { }
                        @Override public List<Factory<NestableBlock>> blocks() {
                            return List.of(Factory.<NestableBlock, Options>of("undocumented", "", Options.class, o -> (x, b) -> x));
                        }""")
                .service("com.example.Absent").source("Mere", "package com.example; public class Mere { }").service("com.example.Mere")
                .source("Hidden", UNLINKABLE.formatted("Hidden", "Hidden").replace("public class", "class").replace("org.junit.jupiter.api.Assertions", "Object"))
                .service("com.example.Hidden")
                .plugin("Fine", ECHO.formatted("fine"))
                .write(folder(), "broken.jar");
        Files.writeString(folder().resolve("damaged.jar"), "not a zip");
        try (PluginRegistry registry = load()) {
            assertThat(registry.kinds(Role.BLOCK).all().keySet()).containsExactly("conv", "fine", "residual-stage");
            assertThat(registry.failed()).extracting(FailedPlugin::toString).containsExactlyInAnyOrder(
                    "damaged.jar: not a readable jar: zip END header not found",
                    "com.example.Throws (broken.jar): IllegalStateException: no licence at Throws.java:9",
                    "com.example.NoConstructor (broken.jar): it has no public constructor without arguments. Add one",
                    "com.example.NeedsCore (broken.jar): it needs class io.fullynested.core.plugin.PluginException, which is not there; "
                            + "a plugin sees io.fullynested.api, the JDK, SLF4J and its own folder only",
                    "com.example.Late (broken.jar): UnsupportedOperationException: later at Late.java:9",
                    "com.example.Camel (broken.jar): its block 'squeezeExcite' must be named in kebab case, like 'my-block'",
                    "com.example.Taken (broken.jar): its block 'taken' cannot have an option 'name', every block has that key already",
                    "com.example.Undocumented (broken.jar): its block 'undocumented' has an option 'size' without @Option",
                    "com.example.Absent (broken.jar): there is no such class. Maybe the service file misspells it?",
                    "com.example.Mere (broken.jar): it is no FullyNestedPlugin. Let it implement " + FullyNestedPlugin.class.getName(),
                    "com.example.Hidden (broken.jar): its class is not public. Make it so");
        }
    }

    @Test
    void blamesThePluginWhoseClassCannotBeLinked() throws IOException {
        new PluginJar().plugin("First", ECHO.formatted("first"))
                .source("Broken", UNLINKABLE.formatted("Broken", "Broken")).service("com.example.Broken")
                .source("Too", UNLINKABLE.formatted("Too", "Too")).service("com.example.Too")
                .plugin("Last", ECHO.formatted("last")).write(folder(), "broken.jar");
        try (PluginRegistry registry = load()) {
            assertThat(registry.kinds(Role.BLOCK).all()).containsKeys("first", "last");
            assertThat(registry.failed()).extracting(FailedPlugin::toString).containsExactly(
                    "com.example.Broken (broken.jar): it needs class org.junit.jupiter.api.Assertions, which is not there. Maybe put the jar that has it beside the plugin's?",
                    "com.example.Too (broken.jar): it needs class org.junit.jupiter.api.Assertions, which is not there. Maybe put the jar that has it beside the plugin's?");
        }
    }

    @Test
    void saysThatAPluginIsForANewerJava() throws IOException {
        new PluginJar().plugin("Newer", ECHO.formatted("newer")).classFileVersion(65).write(folder(), "newer.jar");
        try (PluginRegistry registry = load()) {
            assertThat(registry.failed()).extracting(FailedPlugin::toString).containsExactly("com.example.Newer (newer.jar): it was compiled for "
                    + "Java 21, this is Java " + Runtime.version().feature() + ". Maybe compile it with --release 17, or run a newer Java?");
        }
    }

    @Test
    void saysThatAFolderHasNoPluginAndWhy() throws IOException {
        Files.createDirectories(folder());
        assertThat(onlyFailure()).isEqualTo("there is no jar in it. Maybe build the plugin first?");
        new PluginJar().write(folder(), "empty.jar");
        assertThat(onlyFailure()).isEqualTo("no class is named in the service file META-INF/services/" + FullyNestedPlugin.class.getName() + " (empty.jar)");
        Files.delete(folder().resolve("empty.jar"));
        new PluginJar().serviceFile("FullyNestedPlugin").plugin("Echo", ECHO.formatted("echo")).write(folder(), "echo.jar");
        assertThat(onlyFailure()).isEqualTo("no jar in it (echo.jar) has the service file META-INF/services/" + FullyNestedPlugin.class.getName()
                + ", which names the plugin's class. Maybe rename META-INF/services/FullyNestedPlugin?");
    }

    private String onlyFailure() {
        try (PluginRegistry registry = load()) {
            assertThat(registry.failed()).hasSize(1).allSatisfy(failed -> assertThat(failed.plugin()).isEqualTo("The plugin path " + folder()));
            return registry.failed().get(0).reason();
        }
    }

    @Test
    void aServiceFileThatIsNoneIsReported() throws IOException {
        new PluginJar().service("two words").write(folder(), "odd.jar");
        try (PluginRegistry registry = load()) {
            assertThat(registry.failed()).hasSize(1);
            assertThat(registry.failed().get(0).toString()).startsWith("a service file: ").contains("odd.jar").endsWith(":1: Illegal configuration-file syntax");
        }
    }

    @Test
    void anUnknownKindSaysWhatThereIsWhatMayBeMeantAndWhatFailed() throws IOException {
        new PluginJar().service("com.example.Absent").write(folder(), "absent.jar");
        try (PluginRegistry registry = load()) {
            assertThatThrownBy(() -> registry.kinds(Role.BLOCK).get("residual")).isInstanceOf(IllegalArgumentException.class).hasMessage(
                    "no plugin on the path provides block 'residual'. Maybe 'residual-stage'? There are: conv, residual-stage; "
                    + "could not be loaded: com.example.Absent (absent.jar): there is no such class. Maybe the service file misspells it?");
        }
    }

    @Test
    void withoutItsLineInTheServiceFileAKindIsNotThere() {
        PluginRegistry registry = TestPlugins.registry();
        assertThatThrownBy(() -> registry.kinds(Role.BLOCK).get("conv"))
                .hasMessage("no plugin on the path provides block 'conv'. There is none at all");
    }

    @Test
    void aFolderThatIsNoneIsRefused() throws IOException {
        assertThatThrownBy(() -> PluginRegistry.load(List.of(folder()))).isInstanceOf(PluginException.class)
                .hasMessage("The plugin path " + folder() + " is not a folder");
        Path jar = new PluginJar().write(folder(), "some.jar");
        assertThatThrownBy(() -> PluginRegistry.load(List.of(jar))).isInstanceOf(PluginException.class)
                .hasMessage("The plugin path " + jar + " is not a folder. Maybe its folder '" + folder() + "'?");
    }

    @Test
    void aFolderGivenTwiceCountsOnce() throws IOException {
        new PluginJar().plugin("Echo", ECHO.formatted("echo")).write(folder(), "echo.jar");
        try (PluginRegistry registry = PluginRegistry.load(TestPlugins.classPath(""), List.of(folder(), folder().resolve("../plugins")))) {
            assertThat(registry.plugins()).hasSize(1);
        }
    }

    @Test
    void guiceInjectsTheKindsOfARole() {
        PluginRegistry registry = TestPlugins.registry(Conv.class);
        var injector = Guice.createInjector(new PluginModule(registry));
        assertThat(injector.getInstance(Key.get(new TypeLiteral<Kinds<NestableBlock>>() { })).all()).containsKey("conv");
        assertThat(injector.getInstance(Key.get(new TypeLiteral<Kinds<CostModel>>() { })).all()).isEmpty();
        assertThat(injector.getInstance(PluginRegistry.class)).isSameAs(registry);
    }

    @Test
    void theBuiltInPluginsComeThroughTheSameDoor() {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            assertThat(registry.failed()).isEmpty();
            assertThat(registry.kinds(Role.BLOCK).all()).containsKeys("conv", "residual-stage", "classifier");
            assertThat(registry.kinds(Role.QUANTIZER).all()).containsKey("mid-rise");
        }
    }
}
