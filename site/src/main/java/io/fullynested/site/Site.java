package io.fullynested.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;

/**
 * Makes pages of a checkout's documents: of README.md and docs/README.md, whose headings and links are the site's contents, and of whatever these
 * lead to. A link to a file or an anchor that is not there, and a document that the contents do not name, is an error.
 */
public final class Site {

    private static final Path FIRST = Path.of("README.md");
    private static final Path CONTENTS = Path.of("docs/README.md");
    private static final Set<String> IMAGES = Set.of("svg", "png", "jpg");

    private final Path root;
    private final Path out;
    private final Map<Path, Page> pages = new LinkedHashMap<>();
    private final Set<Path> copied = new TreeSet<>();
    private final List<String> broken = new ArrayList<>();

    private Site(Path root, Path out) {
        this.root = root;
        this.out = out;
    }

    /**
     * Writes the pages.
     *
     * @param root of the checkout
     * @param out  the folder that gets them; where it has javadoc in {@code api}, pages link it
     * @return what is wrong with links, a line each; no page is written then
     * @throws IOException if something cannot be read or written
     */
    public static List<String> write(Path root, Path out) throws IOException {
        Site site = new Site(root, out);
        site.collect();
        if (site.broken.isEmpty()) {
            site.write();
        }
        return site.broken;
    }

    private void collect() throws IOException {
        Deque<Page> open = new ArrayDeque<>(List.of(read(FIRST), read(CONTENTS)));
        while (!open.isEmpty()) {
            Page page = open.remove();
            for (Node link : links(page.document())) {
                Path target = file(page, link);
                if (target != null && IMAGES.contains(ending(target))) {
                    copied.add(target);
                } else if (target != null && !pages.containsKey(target)) {
                    open.add(read(target));
                }
            }
        }
        pages.values().forEach(page -> links(page.document()).forEach(link -> resolve(page, link)));
        Set<Path> named = contents().entries().stream().map(entry -> entry.page().file()).collect(Collectors.toSet());
        try (Stream<Path> all = Files.list(root.resolve("docs"))) {
            all.map(root::relativize).filter(file -> ending(file).equals("md") && !named.contains(file)).sorted()
                    .forEach(file -> broken.add(file + ": is not among the links of " + CONTENTS));
        }
    }

    private Page read(Path file) throws IOException {
        Page page = ending(file).equals("md") ? Page.markdown(root, file) : Page.listing(root, file);
        pages.put(file, page);
        return page;
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static List<Node> links(Node document) {
        List<Node> links = new ArrayList<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                links.add(link);
                visitChildren(link);
            }

            @Override
            public void visit(Image image) {
                links.add(image);
            }
        });
        return links;
    }

    private static String destination(Node link) {
        return link instanceof Image image ? image.getDestination() : ((Link) link).getDestination();
    }

    /** The file that a link leads to, relative to the root; none if it leads to another site, or to nothing. */
    private Path file(Page page, Node link) {
        String destination = destination(link);
        if (destination.matches("[a-z]+:.*")) {
            return null;
        }
        String path = destination.replaceFirst("#.*", "");
        Path from = Files.isDirectory(root.resolve(page.file())) ? page.file() : page.file().resolve("..").normalize();
        Path target = path.isEmpty() ? page.file() : from.resolve(path).normalize();
        if (target.startsWith("..") || !Files.exists(root.resolve(target))) {
            return null;
        }
        return Files.exists(root.resolve(target).resolve(FIRST)) && !target.toString().isEmpty() ? target.resolve(FIRST) : target;
    }

    /** Makes a link one between pages. */
    private void resolve(Page page, Node link) {
        String destination = destination(link);
        if (destination.matches("[a-z]+:.*")) {
            return;
        }
        Path target = file(page, link);
        String anchor = destination.contains("#") ? destination.substring(destination.indexOf('#') + 1) : "";
        if (target == null || !anchor.isEmpty() && pages.containsKey(target) && !pages.get(target).has(anchor)) {
            broken.add(page.file() + ":" + Markdown.line(link) + ": " + destination + " leads nowhere");
            return;
        }
        String href = page.href(pages.containsKey(target) ? pages.get(target).target() : target) + (anchor.isEmpty() ? "" : "#" + anchor);
        if (link instanceof Image image) {
            image.setDestination(href);
        } else {
            ((Link) link).setDestination(href);
        }
    }

    private Contents contents() {
        return Contents.of(pages.get(CONTENTS), pages.values());
    }

    private void write() throws IOException {
        PageHtml html = new PageHtml(contents(), Api.of(out.resolve("api")), resource("page.html"));
        for (Page page : pages.values()) {
            put(page.target(), html.of(page));
        }
        for (Path file : copied) {
            Path target = out.resolve(file.toString());
            Files.createDirectories(target.getParent());
            Files.write(target, Files.readAllBytes(root.resolve(file)));
        }
        for (String name : List.of("site.css", "site.js")) {
            put(Path.of(name), resource(name));
        }
        put(Path.of("search-index.js"), SearchIndex.of(pages.values()));
    }

    private void put(Path file, String text) throws IOException {
        Path target = out.resolve(file.toString());
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
    }

    private static String resource(String name) {
        try (InputStream in = Site.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@code Site ROOT OUT}.
     *
     * @throws IOException if something cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        List<String> broken = write(Path.of(args[0]).toAbsolutePath().normalize(), Path.of(args[1]));
        broken.forEach(System.err::println);
        System.exit(broken.isEmpty() ? 0 : 1);
    }
}
