package io.fullynested.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the page and what happened to this machine. A request for another host's name is refused: a page of a stranger's whose name was made to
 * lead here could otherwise read it.
 */
final class LiveServer implements AutoCloseable {

    private static final int THREADS = 2;
    private static final String EVENTS = "/events";
    private static final Map<String, List<String>> FILES = Map.of(
            "/", List.of("text/html", "live.html"),
            "/live.js", List.of("text/javascript", "live.js"),
            "/live.css", List.of("text/css", "/io/fullynested/report/figure.css", "/io/fullynested/report/report.css", "live.css"));

    private final LiveEvents events;
    private final HttpServer server;
    private final ExecutorService threads;
    private final URI address;
    private final Set<String> hosts;

    LiveServer(int port, LiveEvents events) throws IOException {
        this.events = events;
        InetAddress loopback = InetAddress.getLoopbackAddress();
        server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        int taken = server.getAddress().getPort();
        String host = loopback instanceof Inet6Address ? "[::1]" : loopback.getHostAddress();
        address = URI.create("http://" + host + ":" + taken + "/");
        hosts = Set.of(host + ":" + taken, "localhost:" + taken);
        threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "fn-live-page");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return address;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            List<String> host = exchange.getRequestHeaders().getOrDefault("Host", List.of());
            String path = exchange.getRequestURI().getPath();
            if (host.size() != 1 || !hosts.contains(host.get(0))) {
                send(exchange, 421, "text/plain", "This is " + address + " and no other host");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                send(exchange, 405, "text/plain", "There is nothing to change here");
            } else if (EVENTS.equals(path)) {
                events(exchange, String.valueOf(exchange.getRequestURI().getQuery()));
            } else if (FILES.containsKey(path)) {
                List<String> file = FILES.get(path);
                StringBuilder text = new StringBuilder();
                for (String resource : file.subList(1, file.size())) {
                    text.append(resource(resource));
                }
                send(exchange, 200, file.get(0), text.toString());
            } else {
                send(exchange, 404, "text/plain", "There is no such page");
            }
        }
    }

    private void events(HttpExchange exchange, String query) throws IOException {
        if (!query.matches("from=\\d{1,9}")) {
            send(exchange, 400, "text/plain", "From which event? Maybe " + EVENTS + "?from=0");
            return;
        }
        LiveEvents.Answer answer = events.since(Integer.parseInt(query.substring("from=".length())));
        send(exchange, 200, "application/json", answer.json());
        if (answer.last()) {
            exchange.close();
            events.told();
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = LiveServer.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type + "; charset=utf-8");
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:");
        // a HEAD has no body
        exchange.sendResponseHeaders(code, exchange.getRequestMethod().equals("HEAD") ? -1 : bytes.length);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
