package io.fullynested.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replays the corpus: what is read rightly, and all that once broke a reader. */
class CorpusTest {

    private static final Path CORPUS = Path.of("corpus");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    void readersThrowWhatTheyDocument(Target target) throws IOException {
        Beside.in(folder);
        List<Path> inputs;
        try (Stream<Path> files = Files.list(CORPUS.resolve(target.folder()))) {
            inputs = files.sorted().toList();
        }
        boolean right = false;
        for (Path input : inputs) {
            boolean read = target.read(Files.readAllBytes(input), folder);
            assertThat(read || !input.getFileName().toString().startsWith("right")).as("%s is read", input).isTrue();
            right |= read;
        }
        assertThat(right).as("%s: an input that is read rightly", target.folder()).isTrue();
    }
}
