package io.fullynested.report;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pages that need no other file: the template, with style, and the parts that it has room for. */
final class HtmlPage {

    private static final Pattern PART = Pattern.compile("\\{\\{([\\w-]+)}}");

    private HtmlPage() {
    }

    /**
     * Writes a page, as a whole or not at all.
     *
     * @param parts title, body, data and script, as they are to stand in the page
     */
    static void write(Path file, Map<String, String> parts) throws IOException {
        String style = resource("figure.css") + resource("report.css");
        Map<String, String> all = new HashMap<>(parts);
        all.put("style", style);
        all.put("page-script", resource("page.js"));
        AtomicFile.writeText(file, PART.matcher(resource("template.html")).replaceAll(part ->
                Matcher.quoteReplacement(all.get(part.group(1)))));
    }

    static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the jar is damaged; " + name + " cannot be read", e);
        }
    }
}
