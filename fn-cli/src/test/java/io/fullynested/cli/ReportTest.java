package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The report of a run and of a search, as files and in a browser. */
class ReportTest {

    private static final Pattern REQUEST = Pattern.compile("(?:src|href)=\"(?!#|data:)[^\"]*:|url\\(|@import|fetch\\(|XMLHttpRequest");

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void search() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("device.yaml", "device: {name: pi, kind: roofline, peak: {8: 1 GOPS, 32: 1 GFLOPS}, bandwidth: 1 GB/s}\n");
        project.yaml("wide.yaml", TinyProject.YAML.replace("channels: 8, kernel", "channels: 12, kernel").replace("epochs: 8", "epochs: 4")
                .replace("channels: 8, layers: 2, paths: 2", "channels: 12, layers: 2, paths: 4"));
        var run = project.fn("run", "@wide.yaml", "--out", "@run");
        assertThat(run.code()).as(run.err()).isZero();
        List<String> words = new ArrayList<>(List.of("search", "@run/checkpoint.safetensors", "--out", "@search", "--device", "@device.yaml",
                "--strategy", "exhaustive", "--freeze",
                "activations.bits=8,dense1.neurons=8,stage1.unit1.width=4,stage1.unit2.paths=4,stage1.unit2.width=4"));
        for (String budget : List.of("full:macs=1G", "macs=30k", "small:bops=700k,size=6KiB", "pi:latency=1ms", "peak-memory=8KiB")) {
            words.addAll(List.of("--budget", budget));
        }
        var searched = project.fn(words.toArray(String[]::new));
        assertThat(searched.code()).as(searched.err()).isZero();
        assertThat(searched.out()).contains("see report.html");
    }

    private static String html(String run) throws IOException {
        return Files.readString(project.path(run + "/report.html"));
    }

    @Test
    void aRunLinksTheFilesItExported() throws IOException {
        assertThat(html("run")).contains("<a href=\"models/small.onnx\">", "<a href=\"models/tiny.onnx\">",
                ">macs\u00a0≤\u00a05\u00a0k, size\u00a0≤\u00a03.91\u00a0KiB</td>",
                "<section id=\"training\">");
        assertThat(Files.readAllLines(project.path("run/training.csv"))).hasSize(5).first().isEqualTo("epoch,step,loss,accuracy,learning_rate,"
                + "validation_loss,validation_accuracy,smallest_validation_loss,smallest_validation_accuracy,kept");
        assertThat(project.content("run/plots")).containsExactly("architecture-small.svg", "architecture-tiny.svg", "architecture.svg",
                "confusion-full-model.svg", "confusion-small.svg", "confusion-tiny.svg",
                "costs-bops.svg", "costs-executed-macs.svg", "costs-macs.svg", "costs-params.svg", "costs-size.svg", "front-bops.svg", "front-executed-macs.svg", "front-macs.svg", "front-params.svg",
                "front-size.svg", "layers.svg", "training.svg", "way-small.svg", "way-tiny.svg");
    }

    @Test
    void theMatricesCountWhatTheScoresAreOf() throws IOException {
        JsonNode summary = new ObjectMapper().readTree(project.path("run/summary.json").toFile());
        assertThat(right("full-model")).isEqualTo(summary.at("/supernet/accuracy/validation").asDouble(), within(1e-9));
        for (JsonNode budget : summary.get("budgets")) {
            assertThat(right(budget.get("name").asText())).isEqualTo(budget.at("/accuracy/validation").asDouble(), within(1e-9));
        }
        assertThat(html("run")).contains("<section id=\"mistakes\">", "60 validation images");
    }

    /** The share of the 60 images that a matrix says are told rightly. */
    private static double right(String submodel) throws IOException {
        return Pattern.compile("<title>(\\d+) of \\d+ images of \\w+ are told rightly").matcher(Files.readString(project.path("run/plots/confusion-" + submodel
                + ".svg"))).results().mapToInt(one -> Integer.parseInt(one.group(1))).sum() / 60.0;
    }

    @Test
    void aSearchLinksSelectionsAndTellsOfEveryCost() throws IOException {
        assertThat(html("search")).contains("<a href=\"selections/budget2.txt\">", "<section id=\"training\">", "pi.latency\u00a0≤\u00a0");
        assertThat(project.content("search/plots")).contains("front-pi.latency.svg", "front-peak-memory.svg", "costs-peak-memory.svg", "way-pi.svg");
    }

    @Test
    void theFileNeedsNoOther() throws IOException {
        for (String run : List.of("run", "search")) {
            assertThat(REQUEST.matcher(html(run)).find()).as(run).isFalse();
            assertThat(html(run)).doesNotContain("{{", "NaN", folder.toString());
        }
    }

    @Test
    void everyPlotIsAFileThatIsWellFormed() throws Exception {
        try (Stream<Path> plots = Files.list(project.path("search/plots"))) {
            for (Path plot : plots.toList()) {
                Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(plot.toFile());
                assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
                assertThat(document.getElementsByTagName("style").getLength()).isEqualTo(1);
                assertThat(document.getDocumentElement().getChildNodes().getLength()).as("%s", plot).isGreaterThan(6);
                assertThat(Files.readString(plot)).doesNotContain("NaN", "Infinity");
            }
        }
    }

    private static String script(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources/" + name));
    }

    @Test
    void theReportWorksInABrowser() throws Exception {
        try (Chromium browser = Chromium.start(folder)) {
            browser.look(1280, false);
            browser.open(project.path("search/report.html").toUri());
            browser.evaluate(script("report-check.js"));
            assertThat(browser.evaluate("document.querySelectorAll('[data-tab]')[1].querySelectorAll('circle.point').length").asInt()).isGreaterThanOrEqualTo(30);
            assertThat(browser.messages()).isEmpty();
            // that this is heard shows that other messages would be
            browser.evaluate("console.log('heard')");
            assertThat(browser.messages()).containsExactly("heard");
        }
    }

    @Test
    void pagesAreForEyesEarsAndHandsOnDesksAndPhones() throws Exception {
        assertThat(project.fn("compare", "@run", "@run", "--out", "@compare.html").code()).isZero();
        try (Chromium browser = Chromium.start(folder)) {
            for (String page : List.of("run/report.html", "search/report.html", "compare.html")) {
                for (int width : List.of(1280, 390)) {
                    for (boolean dark : List.of(false, true)) {
                        browser.look(width, dark);
                        browser.open(project.path(page).toUri());
                        String name = page.replaceAll("[/.](report|html)", "") + "-" + width + (dark ? "-dark" : "-light");
                        browser.picture(Path.of("target/pages/" + name.replace("/", "-") + ".png"));
                        assertThat(browser.findings()).as(name).isEmpty();
                        browser.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })");
                        assertThat(browser.findings()).as("%s, all open", name).isEmpty();
                    }
                }
            }
            assertThat(browser.messages()).isEmpty();
        }
    }

    @Test
    void whatIsWrongWithAPageIsFound() throws Exception {
        Path faulty = Files.writeString(project.path("faulty.html"), script("faulty.html"));
        try (Chromium browser = Chromium.start(folder)) {
            browser.look(390, false);
            browser.open(faulty.toUri());
            String found = String.join("\n", browser.findings());
            for (String what : List.of("no language", "a level of headings left out", "an id twice, same", "outside of all parts", "no name: <button",
                    "a drawing without role or name", "an empty drawing", "a picture without text", "an empty picture", "an empty figure", "a table without a name",
                    "a head without scope", "a row without a head", "no heads of columns", "the page is ", "cut at the edge", "scrolls, but not by keyboard",
                    "'one' and 'two' overlap", "a text leaves its drawing", "of 'pale'", "of 'faint'", "moves")) {
                assertThat(found).contains(what);
            }
        }
    }

    @Test
    void everythingCanBeDoneByKeyboardAndIsSeenToBe() throws Exception {
        try (Chromium browser = Chromium.start(folder)) {
            browser.look(1280, false);
            browser.open(project.path("run/report.html").toUri());
            int reached = 0;
            browser.evaluate("window.last = document.body");
            for (int i = 0; i < 200; i++) {
                browser.press("Tab", 9);
                String at = browser.evaluate("""
                        (() => {
                          const at = document.activeElement;
                          if (at === document.body) return 'end';
                          const [box, style] = [at.getBoundingClientRect(), getComputedStyle(at)];
                          const nav = document.querySelector('nav').getBoundingClientRect();
                          const faults = [];
                          if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) faults.push('no outline');
                          if (box.bottom < 0 || box.top > innerHeight) faults.push('out of sight');
                          if (!at.closest('nav') && at.closest('main') && box.bottom <= nav.bottom) faults.push('behind the sections');
                          if (!(window.last.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING)) faults.push('out of order');
                          window.last = at;
                          return faults.length ? faults.join() + ': ' + at.outerHTML.slice(0, 100) : 'fine';
                        })()""").asText();
                if (at.equals("end")) {
                    break;
                }
                assertThat(at).isEqualTo("fine");
                reached++;
            }
            int there = browser.evaluate("Array.from(document.querySelectorAll('a[href], button, input, summary, [tabindex=\"0\"]'))"
                    + ".filter(one => one.checkVisibility()).length").asInt();
            assertThat(reached).isEqualTo(there).isGreaterThan(25);

            String names = "Array.from(document.querySelectorAll('#budgets tbody th')).map(one => one.textContent).join()";
            assertThat(browser.evaluate(names).asText()).isEqualTo("full model,small,tiny");
            browser.evaluate("Array.from(document.querySelectorAll('#budgets th button')).find(one => one.textContent === 'macs').focus()");
            browser.press("Enter", 13);
            assertThat(browser.evaluate(names).asText()).endsWith(",full model");
            assertThat(browser.evaluate("document.querySelector('#budgets th[aria-sort]').getAttribute('aria-sort')").asText()).isEqualTo("ascending");
            browser.press("Enter", 13);
            assertThat(browser.evaluate(names).asText()).startsWith("full model,");

            browser.evaluate("document.getElementById('step').focus()");
            String step = browser.evaluate("document.getElementById('step').getAttribute('aria-valuetext')").asText();
            browser.press("ArrowLeft", 37);
            assertThat(browser.evaluate("document.getElementById('step').getAttribute('aria-valuetext')").asText()).startsWith("step ").isNotEqualTo(step);
        }
    }

    @Test
    void inPrintAllIsThereAndNothingToPress() throws Exception {
        try (Chromium browser = Chromium.start(folder)) {
            browser.look(794, false);
            browser.open(project.path("run/report.html").toUri());
            browser.print(true);
            for (String gone : List.of("nav", ".tabs", ".controls", ".tip")) {
                assertThat(browser.evaluate("Array.from(document.querySelectorAll('" + gone + "')).some(one => one.checkVisibility())").asBoolean()).as(gone).isFalse();
            }
            assertThat(browser.evaluate("Array.from(document.querySelectorAll('svg.figure')).every(one => one.checkVisibility())").asBoolean()).isTrue();
            assertThat(browser.evaluate("document.scrollingElement.scrollWidth").asInt()).isLessThanOrEqualTo(794);
            browser.picture(Path.of("target/pages/run-print.png"));
        }
    }
}
