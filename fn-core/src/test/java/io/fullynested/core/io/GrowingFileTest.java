package io.fullynested.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowingFileTest {

    private static final String WHOLE = "key\none\ntwo – zwei\nthree\n";

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void fill() throws IOException {
        file = folder.resolve("lines.txt");
        try (GrowingFile lines = new GrowingFile(file, "key")) {
            assertThat(lines.before()).isEmpty();
            lines.add(List.of("one", "two – zwei"));
            lines.add(List.of("three"));
        }
        assertThat(file).hasContent(WHOLE.stripTrailing());
    }

    private List<String> before(String key) throws IOException {
        try (GrowingFile lines = new GrowingFile(file, key)) {
            return lines.before();
        }
    }

    @Test
    void whereverItIsCutWhatIsWholeIsKept() throws IOException {
        byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            String cut = new String(whole, 0, length, StandardCharsets.UTF_8);
            List<String> kept = cut.contains("\n") ? cut.substring(0, cut.lastIndexOf('\n')).lines().skip(1).toList() : List.of();
            try (GrowingFile lines = new GrowingFile(file, "key")) {
                assertThat(lines.before()).isEqualTo(kept);
                lines.add(List.of("more"));
            }
            assertThat(before("key")).hasSize(kept.size() + 1).endsWith("more");
        }
    }

    @Test
    void anotherKeyBeginsAnew() throws IOException {
        assertThat(before("other")).isEmpty();
        assertThat(file).hasContent("other");
    }

    @Test
    void whatIsNoTextIsBegunAnew() throws IOException {
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, '\n', 7});
        assertThat(before("key")).isEmpty();
        assertThat(before("key")).isEmpty();
    }
}
