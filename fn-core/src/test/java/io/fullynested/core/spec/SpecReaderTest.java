package io.fullynested.core.spec;

import static io.fullynested.core.spec.Reading.READER;
import static io.fullynested.core.spec.Reading.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.plugin.Option;
import io.fullynested.core.model.IllegalBlockException;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecReaderTest {

    record Root(@Option("the network") NetworkSpec network) {
    }

    record Numbers(@Option("numbers") Map<String, Integer> numbers) {
    }

    private static final String NETWORK = """
            # a comment
            network:
              input: {channels: 1, height: 28, width: 28}
              blocks:
                - {kind: conv, channels: 16, kernel: 3}

                - kind: residual-stage
                  layers: 2
                  paths: 4
                  channels: 32
                  stride: 2
                - {kind: global-average-pool}
                - {kind: dense, neurons: 64}
                - {kind: classifier, classes: 10}
              quantization: {weights: {bits: 8, min: 2}, activations: {bits: 8, min: 4}}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsANetworkOfBuiltInBlocks() {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            SpecFile<Root> file = new SpecReader(registry).read(NETWORK, "q.yaml", Root.class);
            assertThat(file.text()).isEqualTo(NETWORK);
            assertThat(file.value().network().blocks()).extracting(NetworkSpec.Block::name)
                    .containsExactly("conv1", "stage1", "pool1", "dense1", "classifier1");
            assertThat(new Supernet(file.value().network()).axes().axes()).isNotEmpty();
        }
    }

    @Test
    void problemsThatShowLaterFindTheirLine() {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            SpecFile<Root> file = new SpecReader(registry).read(NETWORK, "q.yaml", Root.class);
            assertThat(file.refuse("network.blocks[0]", "no")).hasMessage("q.yaml:5: network.blocks[0]: no");
            assertThat(file.refuse("network.blocks[1]", "no")).hasMessage("q.yaml:7: network.blocks[1]: no");
            assertThat(file.refuse("network.blocks[1].stride", "no")).hasMessage("q.yaml:11: network.blocks[1].stride: no");
            assertThat(file.refuse("network.nesting.channels", "no")).hasMessage("q.yaml:2: network.nesting.channels: no");
            assertThat(file.refuse("data", "no")).hasMessage("q.yaml:1: data: no");
            assertThat(file.refuse("", "no")).hasMessage("q.yaml:1: no");
        }
    }

    @Test
    void aBlockThatCannotTakeItsInputFindsItsLine() {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            SpecFile<Root> file = new SpecReader(registry).read(NETWORK.replace("{kind: dense, neurons: 64}", "{kind: max-pool, kernel: 5}"),
                    "q.yaml", Root.class);
            assertThatThrownBy(() -> new Supernet(file.value().network())).isInstanceOfSatisfying(IllegalBlockException.class, e ->
                    assertThat(file.refuse("network.blocks[" + e.index() + "]", e.getMessage()))
                            .hasMessageStartingWith("q.yaml:13: network.blocks[3]: block 'pool2' with input "));
        }
    }

    @Test
    void aProblemKnowsItsColumn() {
        assertThatThrownBy(() -> READER.read("numbers:\n  a: 1\n  bee: x\n", "q.yaml", Numbers.class))
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.problems()).containsExactly(
                        new Problem("numbers.bee", 3, 3, "expected a whole number such as 3, 200_000 or 200k, found 'x'")));
    }

    @Test
    void keysStandOnce() {
        assertThat(refused(Numbers.class, "numbers:\n  a: 1\n  b: x\n  a: 2\n")).containsExactly(
                "q.yaml:3: numbers.b: expected a whole number such as 3, 200_000 or 200k, found 'x'",
                "q.yaml:4: numbers.a: the key stands twice, first on line 2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "numbers: a: b~|1: not YAML: there must be no ':' here. Maybe the indentation is wrong, or quotes are missing around a text?",
            "numbers:~  a: 1~   b: 2~|3: not YAML: there must be no ':' here. Maybe the indentation is wrong, or quotes are missing around a text?",
            "numbers:~\ta: 1~|2: not YAML: a tab indents this line. Maybe spaces?",
            "numbers:~  - a~  b: 1~|3: not YAML: the line does not fit the ones above. Maybe its indentation is wrong?",
            "numbers: 'x~|2: not YAML: the file ends too early. Maybe a quote or a bracket is not closed?",
            "numbers: [1, 2~b: 3~|2: not YAML: expected ',' or ']', but got :",
            "? [a, b]~: c~|1: not YAML that can be read here: only single words may be keys"})
    void saysWhereTextIsNoYaml(String yaml, String message) {
        assertThat(refused(Numbers.class, yaml.replace("~", "\n"))).containsExactly("q.yaml:" + message);
    }

    @Test
    void refusesYamlThatIsNotSupported() {
        assertThat(refused(Numbers.class, "numbers: &n {a: 1}\nmore: *n\n"))
                .contains("q.yaml:2: more: aliases are not read; write out what *n stands for");
        assertThat(refused(Numbers.class, "numbers: {}\n---\nnumbers: {}\n"))
                .containsExactly("q.yaml:3: a second document starts here; only one is read");
        assertThat(refused(Numbers.class, "# nothing\n")).containsExactly("q.yaml:1: there is nothing in it");
    }

    @Test
    void filesAreNamedAsTheUserNamedThem() throws IOException {
        Path file = folder.resolve("quickstart.yaml");
        Files.writeString(file, "\uFEFFnumbers: {a: 1}\n");
        assertThat(READER.read(file, Numbers.class).value()).isEqualTo(new Numbers(Map.of("a", 1)));
        assertThatThrownBy(() -> READER.read(folder.resolve("quickstart.yml"), Numbers.class)).isInstanceOf(ConfigurationException.class)
                .hasMessage(folder.resolve("quickstart.yml") + ": there is no such file. Maybe 'quickstart.yaml'?");
        Files.write(file, new byte[] {(byte) 0xc3, 0x28});
        assertThatThrownBy(() -> READER.read(file, Numbers.class)).hasMessage(file + ": it is not UTF-8 text");
        assertThatThrownBy(() -> READER.read(folder, Numbers.class)).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(folder + ": ");
    }
}
