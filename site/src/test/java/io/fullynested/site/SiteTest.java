package io.fullynested.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.cli.Chromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of this checkout as pages, and documents with planted faults. */
class SiteTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path SITE = Path.of("target/site").toAbsolutePath();

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]*\\.md)\\)");

    @TempDir
    private Path folder;

    @BeforeAll
    static void everyLinkLeadsSomewhereAndEveryPageIsListed() throws IOException {
        assertThat(Site.write(ROOT, SITE)).isEmpty();
    }

    @Test
    void whatIsWrongWithLinksIsToldWithItsPlaceAndNothingIsWritten() throws IOException {
        Files.createDirectories(folder.resolve("docs"));
        Files.writeString(folder.resolve("README.md"), "# First\n\n[there](docs/one.md#two-words) [not there](docs/two.md)\n\n![none](docs/none.svg)\n");
        Files.writeString(folder.resolve("docs/README.md"), "# All\n\n## Begin\n\n- [one](one.md)\n- [outside](../../elsewhere.md)\n");
        Files.writeString(folder.resolve("docs/one.md"), "# One\n\n## Two `words`\n\n## Two words\n\n[up](../README.md#fist) [second](#two-words-1) [third](#two-words-2)\n");
        Files.writeString(folder.resolve("docs/alone.md"), "# Alone\n");
        assertThat(Site.write(folder, folder.resolve("site"))).containsExactlyInAnyOrder("README.md:3: docs/two.md leads nowhere", "README.md:5: docs/none.svg leads nowhere",
                "docs/README.md:6: ../../elsewhere.md leads nowhere", "docs/one.md:7: ../README.md#fist leads nowhere", "docs/one.md:7: #two-words-2 leads nowhere",
                "docs/alone.md: is not among the links of docs/README.md");
        assertThat(folder.resolve("site")).doesNotExist();
    }

    @Test
    void pagesLoadNothingFromElsewhere() throws IOException {
        try (Stream<Path> files = Files.walk(SITE)) {
            for (Path file : files.filter(file -> file.toString().matches(".*\\.(html|css|js)")).toList()) {
                assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern("(?:src=\"|<link[^>]*href=\"|url\\(|@import)[^\"]*//");
            }
        }
    }

    @Test
    void typesLeadToTheirJavadoc() throws IOException {
        Files.createDirectories(folder.resolve("docs"));
        Files.writeString(folder.resolve("README.md"), "# First\n");
        Files.writeString(folder.resolve("docs/README.md"), "# All\n\n- [page](page.md)\n");
        Files.writeString(folder.resolve("docs/page.md"), "# Page\n\n`Known` `Twice` `Unknown` [`Known`](README.md)\n");
        for (String file : List.of("index.html", "a/Known.html", "a/Twice.html", "b/Twice.html", "a/class-use/Unknown.html")) {
            Path page = folder.resolve("site/api").resolve(file);
            Files.createDirectories(page.getParent());
            Files.writeString(page, "");
        }
        assertThat(Site.write(folder, folder.resolve("site"))).isEmpty();
        assertThat(Files.readString(folder.resolve("site/docs/page.html"))).contains("<p><a href=\"../api/a/Known.html\"><code>Known</code></a> <code>Twice</code> "
                + "<code>Unknown</code> <a href=\"index.html\"><code>Known</code></a></p>", "<a href=\"../api/index.html\">Javadoc</a>");
    }

    @Test
    void pagesAreForEyesEarsAndHandsOnDesksAndPhones() throws Exception {
        List<String> pages = Stream.concat(Stream.of("README.md"), Files.readString(ROOT.resolve("docs/README.md")).lines()
                .flatMap(line -> LINK.matcher(line).results().map(link -> "docs/" + link.group(1))))
                .map(file -> Page.target(Path.of(file).normalize()).toString()).distinct().toList();
        assertThat(pages).hasSizeGreaterThan(25);
        try (Chromium browser = Chromium.start(folder)) {
            // colours do not depend on the width
            for (boolean phone : List.of(false, true)) {
                browser.look(phone ? 390 : 1280, phone);
                for (String page : pages) {
                    browser.open(SITE.resolve(page).toUri());
                    assertThat(browser.findings()).as("%s, phone: %b", page, phone).isEmpty();
                }
            }
            for (String page : List.of("index.html", "docs/spec.html")) {
                for (int width : List.of(1280, 390)) {
                    for (boolean dark : List.of(false, true)) {
                        browser.look(width, dark);
                        browser.open(SITE.resolve(page).toUri());
                        assertThat(browser.findings()).as("%s, %d, dark: %b", page, width, dark).isEmpty();
                        browser.picture(Path.of("target/pages", page.replace('/', '-').replace(".html", "") + "-" + width + (dark ? "-dark" : "-light") + ".png"));
                    }
                }
            }
            assertThat(browser.messages()).isEmpty();
        }
    }

    @Test
    void wordsAreFoundAndLeadToTheirSection() throws Exception {
        try (Chromium browser = Chromium.start(folder)) {
            browser.look(1280, false);
            browser.open(SITE.resolve("docs/faq.html").toUri());
            browser.press("/", 191);
            assertThat(browser.evaluate("document.activeElement.id").asText()).isEqualTo("_search");
            browser.evaluate("(() => { const input = document.getElementById('_search'); input.value = 'early-stopping patience'; input.dispatchEvent(new Event('input')); })()");
            browser.await("document.querySelectorAll('#_found a').length > 1");
            assertThat(browser.findings()).isEmpty();
            browser.press("Enter", 13);
            browser.await("location.pathname.endsWith('docs/spec.html') && document.readyState === 'complete'");
            assertThat(browser.evaluate("document.getElementById(location.hash.slice(1)).textContent").asText()).contains("early-stopping");

            browser.look(390, true);
            browser.open(SITE.resolve("index.html").toUri());
            assertThat(browser.evaluate("document.getElementById('_pages').checkVisibility()").asBoolean()).isFalse();
            browser.evaluate("document.getElementById('_menu').click()");
            assertThat(browser.evaluate("document.getElementById('_pages').checkVisibility()").asBoolean()).isTrue();
            assertThat(browser.findings()).isEmpty();
            browser.evaluate("(() => { const input = document.getElementById('_search'); input.value = 'zzzz'; input.dispatchEvent(new Event('input')); })()");
            browser.await("document.getElementById('_found').textContent === 'Nothing has all of these words.'");
            assertThat(browser.messages()).isEmpty();
        }
    }
}
