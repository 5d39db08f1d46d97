package io.fullynested.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    private Path folder;

    @Test
    void replacesAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old and longer");
        AtomicFile.write(file, out -> out.write("new".getBytes()));
        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryNotContaining("glob:**/*.tmp").isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void halvesThatAKillLeftGoAndNothingElse() throws IOException {
        String half = ".12345678-9abc-def0-1234-56789abcdef0.tmp";
        for (String name : List.of(".a.txt" + half, ".b.txt" + half, "a.txt", ".a.txt.tmp")) {
            Files.writeString(folder.resolve(name), "x");
        }
        AtomicFile.deleteHalvesOf(folder.resolve("a.txt"));
        assertThat(folder.resolve(".a.txt" + half)).doesNotExist();
        assertThat(folder.resolve(".b.txt" + half)).exists();
        AtomicFile.deleteHalves(folder);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("a.txt", ".a.txt.tmp");
    }

    @Test
    void leavesNothingBehindOnFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
            out.write(new byte[100_000]);
            throw new IOException("No space left on device");
        })).isInstanceOf(IOException.class).hasMessage(file + " cannot be written: No space left on device");
        assertThat(file).hasContent("old");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
