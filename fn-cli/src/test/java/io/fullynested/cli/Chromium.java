package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Chromium without a window, told what to do by its DevTools protocol. */
public final class Chromium implements AutoCloseable {

    private static final int SECONDS = 90;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CHECK = check();

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();
    private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

    /**
     * Starts one; the test ends here where there is none.
     *
     * @param folder gets its files, which {@link #close} makes deletable
     * @throws IOException if it does not start
     */
    public static Chromium start(Path folder) throws IOException, InterruptedException {
        Optional<String> chromium = Stream.of("chromium", "chromium-browser", "google-chrome", "chrome").filter(Chromium::isThere).findFirst();
        assumeTrue(chromium.isPresent(), "There is no Chromium on the path, so pages are not looked at. Maybe: apt-get install chromium");
        return new Chromium(chromium.get(), folder);
    }

    private static String check() {
        try (InputStream in = Chromium.class.getResourceAsStream("/page-check.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThere(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    private Chromium(String program, Path folder) throws IOException, InterruptedException {
        profile = Files.createTempDirectory(folder, "profile");
        process = new ProcessBuilder(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                "--user-data-dir=" + profile, "--remote-debugging-port=0", "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(folder.resolve("chromium.txt").toFile()).start();
        try {
            Path there = profile.resolve("DevToolsActivePort");
            for (int i = 0; i < SECONDS * 20 && (!Files.exists(there) || Files.size(there) == 0); i++) {
                assertThat(process.isAlive()).as("the browser runs").isTrue();
                Thread.sleep(50);
            }
            HttpClient client = HttpClient.newHttpClient();
            URI list = URI.create("http://127.0.0.1:" + Files.readAllLines(there).get(0) + "/json/list");
            JsonNode pages = JSON.readTree(client.send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString()).body());
            socket = client.newWebSocketBuilder().buildAsync(URI.create(pages.get(0).get("webSocketDebuggerUrl").asText()), new Listening()).join();
            for (String domain : List.of("Page", "Runtime", "Log")) {
                ask(domain + ".enable", Map.of());
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private final class Listening implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                try {
                    hear(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    messages.add(e.toString());
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void hear(JsonNode message) {
        if (message.has("id")) {
            answers.remove(message.get("id").asInt()).complete(message);
            return;
        }
        switch (message.path("method").asText()) {
            case "Page.loadEventFired" -> loaded.complete(null);
            case "Runtime.consoleAPICalled" -> messages.add(message.at("/params/args/0/value").asText());
            case "Runtime.exceptionThrown" -> messages.add(message.at("/params/exceptionDetails").toString());
            case "Log.entryAdded" -> messages.add(message.at("/params/entry/text").asText());
            default -> { }
        }
    }

    private JsonNode ask(String method, Map<String, ?> params) {
        int id = sent.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(params));
        socket.sendText(message.toString(), true).join();
        JsonNode got = answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
        assertThat(got.has("error")).as("%s: %s", method, got).isFalse();
        return got.get("result");
    }

    /** How wide pages are, in CSS pixels, and whether the system is dark. */
    public void look(int width, boolean dark) {
        ask("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 600));
        ask("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** As it is printed, or as it is on a screen again. */
    public void print(boolean printed) {
        ask("Emulation.setEmulatedMedia", Map.of("media", printed ? "print" : ""));
    }

    /** Opens a page, and waits until it is there. */
    public void open(URI page) {
        loaded = new CompletableFuture<>();
        ask("Page.navigate", Map.of("url", page.toString()));
        loaded.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    /** What an expression comes to, its promise awaited; an exception fails the test. */
    public JsonNode evaluate(String script) {
        JsonNode got = ask("Runtime.evaluate", Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
        assertThat(got.has("exceptionDetails")).as("%s", got.at("/exceptionDetails/exception/description").asText()).isFalse();
        return got.at("/result/value");
    }

    /** What of the page that is open is not for everybody. */
    public List<String> findings() {
        // what the page does once its parts have their sizes
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))");
        List<String> found = new ArrayList<>();
        evaluate(CHECK).forEach(one -> found.add(one.asText()));
        return found;
    }

    /** Waits until an expression is true. */
    public void await(String condition) {
        evaluate("new Promise((done, fail) => { const end = Date.now() + " + 1000 * (SECONDS - 10) + "; const look = () => { if (" + condition
                + ") done(true); else if (Date.now() > end) fail(new Error('never: ' + " + JSON.valueToTree(condition)
                + " + ', but ' + document.body.innerText.slice(0, 600))); else setTimeout(look, 50); }; look(); })");
    }

    /** Presses a key, as a person does. */
    public void press(String key, int code) {
        for (String type : List.of("keyDown", "keyUp")) {
            ask("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code, "text",
                    key.equals("Enter") && type.equals("keyDown") ? "\r" : ""));
        }
    }

    /** A picture of the whole page, as PNG. */
    public void picture(Path file) throws IOException {
        JsonNode size = ask("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
        JsonNode got = ask("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", Map.of("x", 0, "y", 0,
                "width", size.get("width").asDouble(), "height", size.get("height").asDouble(), "scale", 1)));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(got.get("data").asText()));
    }

    /** What pages said on the console, and what went wrong in them. */
    public List<String> messages() {
        return messages;
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        // its files are deleted next
        process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
        for (String link : List.of("SingletonLock", "SingletonSocket", "SingletonCookie")) {
            Files.deleteIfExists(profile.resolve(link));
        }
    }
}
