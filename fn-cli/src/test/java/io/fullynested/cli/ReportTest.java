package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The report of a run and of a search, as files and in a browser. */
class ReportTest {

    private static final Pattern REQUEST = Pattern.compile("(?:src|href)=\"(?!#)[^\"]*:|url\\(|@import|fetch\\(|XMLHttpRequest");

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
                "<td class=\"left\">macs ≤ 5 k, size ≤ 3.91 KiB</td>",
                "<section id=\"training\">");
        assertThat(Files.readAllLines(project.path("run/training.csv"))).hasSize(5).first().isEqualTo("epoch,step,loss,accuracy,learning_rate,"
                + "validation_loss,validation_accuracy,smallest_validation_loss,smallest_validation_accuracy,kept");
        assertThat(project.content("run/plots")).containsExactly("architecture-small.svg", "architecture-tiny.svg", "architecture.svg",
                "costs-bops.svg", "costs-executed-macs.svg", "costs-macs.svg", "costs-params.svg", "costs-size.svg", "front-bops.svg", "front-executed-macs.svg", "front-macs.svg", "front-params.svg",
                "front-size.svg", "layers.svg", "training.svg", "way-small.svg", "way-tiny.svg");
    }

    @Test
    void aSearchLinksSelectionsAndTellsOfEveryCost() throws IOException {
        assertThat(html("search")).contains("<a href=\"selections/budget2.txt\">", "<section id=\"training\">", "pi.latency ≤ ");
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

    @Test
    void theReportWorksInABrowser() throws Exception {
        String check = Files.readString(Path.of("src/test/resources/report-check.js"));
        Path copy = Files.writeString(project.path("search/checked.html"), html("search").replace("</body>", "<script>" + check + "</script></body>"));
        Browser.Visit visit = Browser.visit(copy);
        // that the checks say so shows that other messages would be seen too
        assertThat(visit.messages()).singleElement().asString().contains("checked");
        assertThat(visit.dom()).contains("data-checked=\"all\"");
        String front = visit.dom().split("data-tab=")[1];
        assertThat(Pattern.compile("<circle class=\"point").matcher(front).results().count()).isGreaterThanOrEqualTo(30);
    }

    /** Chromium without a window. */
    private static final class Browser {

        private static final int SECONDS = 90;

        record Visit(String dom, List<String> messages) {
        }

        static Visit visit(Path page) throws IOException, InterruptedException {
            Optional<String> chromium = Stream.of("chromium", "chromium-browser", "google-chrome", "chrome").filter(Browser::isThere).findFirst();
            assumeTrue(chromium.isPresent(), "There is no Chromium on the path, so the report is not looked at. Maybe: apt-get install chromium");
            Path profile = Files.createDirectories(folder.resolve("profile"));
            Path dom = folder.resolve("dom.html");
            Path log = folder.resolve("log.txt");
            Process process = new ProcessBuilder(chromium.get(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                    "--user-data-dir=" + profile, "--enable-logging=stderr", "--window-size=1280,900", "--virtual-time-budget=5000", "--dump-dom",
                    page.toUri().toString()).redirectOutput(dom.toFile()).redirectError(log.toFile()).start();
            try {
                assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("the browser ends").isTrue();
            } finally {
                process.destroyForcibly();
            }
            return new Visit(Files.readString(dom), Files.readAllLines(log).stream().filter(line -> line.contains(":CONSOLE")).toList());
        }

        private static boolean isThere(String program) {
            return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).anyMatch(place -> Files.isExecutable(Path.of(place, program)));
        }
    }
}
