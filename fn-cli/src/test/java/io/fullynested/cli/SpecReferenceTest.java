package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.RunSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.OptionDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecReferenceTest {

    private static final Path PAGE = DocumentsTest.ROOT.resolve("docs/spec.md");

    @TempDir
    private Path folder;

    enum Side { LEFT_HAND, RIGHT_HAND }

    record Inner(@Option(value = "a depth", min = 1e-9) double depth) {
    }

    record Whole(
            @Option(value = "a | b", byDefault = "left-hand") Side side,
            @Option(value = "how many", byDefault = "2", max = 1000) long howMany,
            @Option(value = "some", min = 0, max = 1) List<Double> some,
            @Option("by name") Map<String, Inner> byName,
            @Option("perhaps") Optional<Inner> perhaps,
            @Option(value = "yes or no", byDefault = "true") boolean sure) {
    }

    @Test
    void thePageIsThatOfTheCode() throws IOException {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            assertThat(Files.readString(PAGE)).as("docs/spec.md is stale. Refresh it: ./fn reference --out docs/spec.md --overwrite")
                    .isEqualTo(SpecReference.of(RunSpec.class, registry));
        }
    }

    @Test
    void theCommandWritesIt() throws IOException {
        TinyProject project = TinyProject.in(folder);
        assertThat(project.fn("reference").out()).isEqualTo(Files.readString(PAGE));
        assertThat(project.fn("reference", "--out", "@spec.md").code()).isZero();
        assertThat(project.path("spec.md")).hasSameTextualContentAs(PAGE);
    }

    @Test
    void typesDefaultsAndRangesAreTold() {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            assertThat(SpecReference.of(Whole.class, registry)).endsWith("""
                    | key | type | default | range | meaning |
                    |---|---|---|---|---|
                    | `side` | `left-hand`, `right-hand` | `left-hand` |  | a \\| b |
                    | `how-many` | whole number | `2` | ≤ 1000 | how many |
                    | `some` | list of numbers | **required** | 0..1 | some |
                    | `by-name` | names and their [keys](#by-name-perhaps) | **required** |  | by name |
                    | `perhaps` | [keys](#by-name-perhaps) | optional |  | perhaps |
                    | `sure` | true or false | `true` |  | yes or no |

                    ## by-name, perhaps

                    | key | type | default | range | meaning |
                    |---|---|---|---|---|
                    | `depth` | number | **required** | ≥ 1e-9 | a depth |
                    """);
        }
    }

    @Test
    void aBlocksCommonKeysAreThoseThatTheReaderKnows() {
        Stream<String> keys = OptionDescription.of(SpecReference.BlockKeys.class).stream().map(OptionDescription::key);
        assertThat(Stream.concat(Stream.of("kind"), keys)).containsExactlyElementsOf(Role.BLOCK.reserved());
    }

    @Test
    void theErrorShownIsTheOneThatComes() throws IOException {
        TinyProject project = TinyProject.in(folder);
        String quickstart = Files.readString(DocumentsTest.ROOT.resolve("examples/quickstart.yaml"));
        project.yaml("quickstart.yaml", quickstart.replace("conv, channels", "conv, chanels"));
        assertThat(Files.readString(PAGE)).contains("  examples/quickstart.yaml:")
                .contains("examples/" + project.fn("inspect", "@quickstart.yaml").err().replace(folder + "/", "").strip());
    }
}
