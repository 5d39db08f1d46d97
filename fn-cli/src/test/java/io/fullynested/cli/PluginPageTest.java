package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/plugins.md shows is what {@code ./fn new-plugin} writes, and what comes of it. */
class PluginPageTest {

    private static final Pattern FILE = Pattern.compile("(?ms)^`([^`\n]+)`[^\n]*\n```\\w*\n(.*?)^```$");

    @TempDir
    private Path folder;
    private TinyProject project;
    private PluginProject plugin;
    private String page;

    @BeforeEach
    void read() throws Exception {
        project = TinyProject.in(folder);
        plugin = PluginProject.in(project);
        page = Files.readString(DocumentsTest.ROOT.resolve("docs/plugins.md"));
    }

    @Test
    void itsFilesAreThoseThatTheCommandWrites() throws IOException {
        Map<String, String> shown = FILE.matcher(page).results().collect(Collectors.toMap(file -> file.group(1), file -> file.group(2)));
        assertThat(shown).hasSizeGreaterThan(5);
        for (Map.Entry<String, String> file : shown.entrySet()) {
            assertThat(plugin.path(file.getKey())).hasContent(file.getValue());
        }
    }

    @Test
    void itsPluginIsListedDescribedAndInspected() throws IOException {
        plugin.build();
        String listing = page.substring(page.indexOf("```text\n") + 8, page.indexOf("```\n", page.indexOf("```text\n") + 8));
        var listed = project.fn("plugins", "--verbose", "--plugin-path", "@acme/target");
        assertThat(listed.code()).isZero();
        assertThat(listed.out().replace(System.lineSeparator(), "\n")).contains(listing);
        assertThat(project.fn("reference", "--plugin-path", "@acme/target").out()).contains("#### kind: acme-conv", "| `acme-latency` | ms |");
        var described = project.fn("inspect", "@acme/acme.yaml", "--select", "", "--plugin-path", "@acme/target");
        assertThat(described.out()).as(described.err()).contains("conv2.channels", "[8, 16, 24, 32]", "conv2/gate ", "acme-latency ");
    }
}
