package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StandardFolderTest {

    /** All that imports write are called the same, and must not share a folder. */
    @Test
    void bearsTheNameOfTheDescriptionOrOfTheImport() {
        assertThat(CommonOptions.standardFolder(Path.of("examples", "quickstart.yaml"), "")).isEqualTo(Path.of("out", "quickstart"));
        assertThat(CommonOptions.standardFolder(Path.of("out", "resnet18", "spec.yaml"), "-sweep")).isEqualTo(Path.of("out", "resnet18-nested-sweep"));
        assertThat(CommonOptions.standardFolder(Path.of("out", "fashion", ".", "spec.yaml"), "")).isEqualTo(Path.of("out", "fashion-nested"));
    }
}
