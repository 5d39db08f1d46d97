package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.io.ReservedSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFileTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void describe() throws IOException {
        project = TinyProject.in(folder);
    }

    /** Commands that begin with a checkpoint that is not there, which they would find out after they have taken their file. */
    @ParameterizedTest
    @ValueSource(strings = {"tune @no.safetensors --select weights.bits=4", "bundle @no.safetensors --select whole:",
            "export --from @no.fnb --member a", "measure @no.safetensors", "inspect @no.safetensors", "check @no.safetensors",
            "verify @no.onnx --checkpoint @no.safetensors"})
    void oneCommandAtATimeWritesAFile(String command) throws IOException {
        String[] words = (command + " --out @new/a").split(" ");
        try (OutputFile other = new OutputFile(project.path("new/a"))) {
            TinyProject.Outcome refused = project.fn(words);
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.err().strip()).isEqualTo(other.path() + " is being written by this process already. Maybe wait for it, or another --out?");
        }
        assertThat(project.path("new")).doesNotExist();
        assertThat(project.fn(words).err()).contains("no.");
        assertThat(project.path("new")).doesNotExist();
    }

    @Test
    void twoFilesOfOneFolderAreWrittenAtOnce() throws IOException {
        try (OutputFile one = new OutputFile(project.path("two/a")); OutputFile other = new OutputFile(project.path("two/b"))) {
            Files.writeString(one.path(), "1");
            assertThat(other.path()).doesNotExist();
        }
        assertThat(project.content("two")).containsExactly("a");
    }

    /** Of space that was reserved, of the file, and of a training or times that are kept beside it. */
    @Test
    void halvesThatAKillLeftAreTakenAway() throws IOException {
        Path folder = Files.createDirectories(project.path("halves"));
        String half = "-93d6-4a27-bf36-a6f1c2d3e4f5.tmp";
        for (String name : List.of(".a.st.00000001", ".a.st.unfinished.00000002", ".b.st.00000003")) {
            Files.writeString(folder.resolve(name + half), "half");
        }
        try (ReservedSpace room = ReservedSpace.of(folder.resolve("a.st"), 10)) {
            assertThat(room).isNotNull();
            new OutputFile(folder.resolve("a.st")).close();
            assertThat(project.content("halves")).containsExactly(".b.st.00000003" + half);
        }
    }

    @Test
    void oneThatWasStoppedBeforeItWasTidiedUpGoesOn() throws IOException {
        Files.writeString(project.path("done.st"), "all of it");
        String[] words = {"tune", "@no.safetensors", "--select", "weights.bits=4", "--out", "@done.st"};
        assertThat(project.fn(words).err()).contains("done.st is there already. Maybe --overwrite");
        Files.writeString(project.path("done.st.unfinished"), "of it");
        assertThat(project.fn(words).err()).contains("no.safetensors: there is no such checkpoint file");
        assertThat(project.path("done.st")).hasContent("all of it");
    }
}
