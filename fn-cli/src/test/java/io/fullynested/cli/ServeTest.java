package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that shows a run while it goes on, of a process of its own. */
class ServeTest {

    private static final String LIVE = "Live at ";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EPOCHS = "training.epochs=";

    @TempDir
    private Path folder;
    private TinyProject project;
    private Process process;
    private BufferedReader told;
    private URI address;

    private void start(int epochs) throws IOException {
        project = TinyProject.in(folder);
        process = project.shell("exec \"$@\"", "run", "@tiny.yaml", "--out", "@served", "--set", EPOCHS + epochs, "--threads", "1", "--serve");
        told = process.inputReader();
        String line = told.readLine();
        while (line != null && !line.startsWith(LIVE)) {
            line = told.readLine();
        }
        assertThat(line).as("the address is told").isNotNull();
        address = URI.create(line.substring(LIVE.length()));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        process.waitFor(1, TimeUnit.MINUTES);
        told.close();
    }

    /** What comes of a request, status line, headers and all. */
    private String answer(String request) throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String request(String method, String path, String host) throws IOException {
        return answer(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    private JsonNode events() throws IOException {
        String answer = request("GET", "/events?from=0", address.getAuthority());
        return JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    }

    private static long count(JsonNode events, String kind) {
        long count = 0;
        for (JsonNode event : events.get("events")) {
            count += event.get("kind").asText().equals(kind) ? 1 : 0;
        }
        return count;
    }

    private void end() throws IOException, InterruptedException {
        while (told.readLine() != null) {
            // until it ends
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void whatHappensIsToldAsItHappensToThisMachineOnlyAndChangesNoByte() throws Exception {
        start(30);
        long before = 0;
        while (before < 2) {
            before = count(events(), "epoch");
            Thread.sleep(20);
        }
        JsonNode events = events();
        assertThat(events.at("/now/work").asText()).isEqualTo("training");
        assertThat(events.at("/now/done").asDouble()).isStrictlyBetween(0.0, 1.0);
        assertThat(count(events, "epoch")).as("before the end").isLessThan(30);

        String host = address.getAuthority();
        assertThat(request("GET", "/", host)).startsWith("HTTP/1.1 200").contains("<!DOCTYPE html>", "Content-security-policy: default-src 'none'")
                .doesNotContainIgnoringCase("access-control");
        assertThat(request("GET", "/live.js", "localhost:" + address.getPort())).startsWith("HTTP/1.1 200");
        for (String other : List.of("example.com", "example.com:" + address.getPort(), "127.0.0.1", host + ".example.com", "")) {
            assertThat(request("GET", "/events?from=0", other)).as(other).startsWith("HTTP/1.1 4").doesNotContain("epoch");
        }
        assertThat(answer("GET /events?from=0 HTTP/1.0\r\n\r\n")).contains(" 421 ").doesNotContain("epoch");
        for (String method : List.of("POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")) {
            assertThat(request(method, "/events?from=0", host)).as(method).startsWith("HTTP/1.1 405").doesNotContain("epoch");
        }
        for (String path : List.of("/../pom.xml", "/live.html", "/io/fullynested/live/live.js", "/%2e%2e/", "/events?from=-1", "/events?from=x", "/events")) {
            assertThat(request("GET", path, host)).as(path).startsWith("HTTP/1.1 40");
        }
        for (InetAddress outside : NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).filter(one -> !one.isLoopbackAddress()).toList()) {
            try (Socket socket = new Socket()) {
                assertThat(catchThrowable(() -> socket.connect(new InetSocketAddress(outside, address.getPort()), 2_000)))
                        .as("%s", outside).isInstanceOf(IOException.class);
            }
        }
        end();
        TinyProject.Outcome alone = project.fn("run", "@tiny.yaml", "--out", "@alone", "--set", EPOCHS + 30);
        assertThat(alone.code()).as(alone.err()).isZero();
        assertThat(alone.out()).doesNotContain(LIVE);
        for (String file : List.of("checkpoint.safetensors", "training.csv", "evaluations.csv", "front.csv", "models/small.onnx", "models/tiny.onnx")) {
            assertThat(project.path("served/" + file)).as(file).hasSameBinaryContentAs(project.path("alone/" + file));
        }
    }

    @Test
    void aPortThatIsTakenIsToldBeforeAnythingIsTrained() throws IOException {
        project = TinyProject.in(folder);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            TinyProject.Outcome outcome = project.fn("train", "--serve", port, "@tiny.yaml", "--out", "@out");
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err().strip()).isEqualTo("--serve " + port + ": the port is taken, or not allowed. Maybe --serve alone, which takes one that is free?");
            assertThat(outcome.out()).isEmpty();
        }
        assertThat(project.fn("train", "--serve", "65536", "@tiny.yaml", "--out", "@out").err().strip()).isEqualTo("--serve 65536: the last port is 65535");
        assertThat(project.path("out/checkpoint.safetensors")).doesNotExist();
    }

    @Test
    void trainSearchAndSweepHaveOneToo() throws IOException {
        project = TinyProject.in(folder);
        for (String[] words : new String[][] {{"train", "--serve", "@tiny.yaml", "--out", "@trained"},
            {"search", "--serve", "@trained/checkpoint.safetensors", "--out", "@found", "--budget", "one:macs=12k"},
            {"sweep", "@tiny.yaml", "--set", "seed=1,2", "--out", "@sweep", "--serve"}}) {
            TinyProject.Outcome outcome = project.fn(words);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out().lines().filter(line -> line.startsWith(LIVE + "http://127.0.0.1:"))).hasSize(1);
        }
    }

    @Test
    void aBrowserShowsCurvesAndFrontAsTheyGrowAndTheEnd() throws Exception {
        try (Chromium browser = Chromium.start(folder)) {
            start(60);
            browser.look(1280, false);
            browser.open(address);
            browser.await("document.querySelectorAll('[data-key=loss] .curve-point:not(.validation)').length >= 2");
            JsonNode early = browser.evaluate("({points: document.querySelectorAll('[data-key=loss] .curve-point:not(.validation)').length, "
                    + "work: document.getElementById('work').textContent, done: document.getElementById('done').value})");
            assertThat(early.get("work").asText()).isEqualTo("Training");
            assertThat(early.get("done").asDouble()).isStrictlyBetween(0.0, 1.0);
            assertThat(browser.findings()).isEmpty();
            assertThat(process.isAlive()).isTrue();
            browser.await("document.querySelectorAll('[data-key=accuracy] .curve-point:not(.validation)').length > " + early.get("points"));
            browser.await("document.getElementById('work').textContent.startsWith('The command has ended;')");
            end();
            assertThat(browser.evaluate("document.querySelectorAll('[data-key=loss] .curve-point:not(.validation)').length").asInt()).isEqualTo(60);
            List<String> rows = Files.readAllLines(project.path("served/training.csv"));
            int column = List.of(rows.get(0).split(",")).indexOf("validation_loss");
            long measured = rows.stream().skip(1).filter(row -> !row.split(",", -1)[column].isEmpty()).count();
            assertThat(browser.evaluate("document.querySelectorAll('[data-key=loss] .curve-point.validation:not(.smallest)').length").asLong()).isEqualTo(measured)
                    .isPositive();
            List<String> front = Files.readAllLines(project.path("served/front.csv"));
            assertThat(browser.evaluate("document.querySelectorAll('#front .point').length").asInt()).isGreaterThanOrEqualTo(front.size() - 1);
            JsonNode budgets = JSON.readTree(project.path("served/summary.json").toFile()).get("budgets");
            for (int i = 0; i < budgets.size(); i++) {
                assertThat(browser.evaluate("document.querySelectorAll('#best td')[" + i + "].textContent").asText())
                        .isEqualTo(Console.text("%.2f %%", 100 * budgets.get(i).at("/accuracy/validation").asDouble()));
            }
            assertThat(browser.messages()).isEmpty();
            for (int width : List.of(1280, 390)) {
                for (boolean dark : List.of(false, true)) {
                    browser.look(width, dark);
                    assertThat(browser.findings()).as("%d, dark: %b", width, dark).isEmpty();
                    browser.picture(Path.of("target/pages/live-" + width + (dark ? "-dark" : "-light") + ".png"));
                }
            }
        }
    }
}
