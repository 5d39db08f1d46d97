package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents point at is there. */
class DocumentsTest {

    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s#]*)(?:#([^)\\s]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT); Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadSomewhere(Path document) throws IOException {
        for (MatchResult link : LINK.matcher(Files.readString(document)).results().filter(link -> !link.group(1).contains("://")).toList()) {
            Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
            assertThat(target).as("%s in %s", link.group(), document).exists();
            if (link.group(2) != null) {
                assertThat(HEADING.matcher(Files.readString(target)).results().map(heading -> SpecReference.anchor(heading.group(1))))
                        .as("%s in %s", link.group(), document).contains(link.group(2));
            }
        }
    }
}
