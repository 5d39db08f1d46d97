package io.fullynested.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;

/**
 * A page before it is written.
 *
 * @param file     what it is of, relative to the root
 * @param title    its first heading
 * @param document what it says
 * @param headings in their order
 */
record Page(Path file, String title, Node document, List<Section> headings) {

    /** A heading of a level from 1 on, and its anchor. */
    record Section(Heading heading, int level, String text, String anchor) {
    }

    /** Letters of a file that is shown. */
    private static final int LONGEST = 200_000;

    Page {
        headings = List.copyOf(headings);
    }

    static Page markdown(Path root, Path file) throws IOException {
        return of(file, Markdown.parse(Files.readString(root.resolve(file))));
    }

    /** Of a file of code or data, or of a folder. */
    static Page listing(Path root, Path file) throws IOException {
        Node document = Markdown.parse("# " + file.getFileName() + "\n");
        Path there = root.resolve(file);
        if (Files.isDirectory(there)) {
            try (Stream<Path> inside = Files.list(there)) {
                String links = "Files in `" + file + "`\n\n" + String.join("\n", inside.filter(one -> !one.getFileName().toString().matches("target|\\..*|.*\\.jar"))
                        .map(one -> one.getFileName().toString()).sorted().map(name -> "- [" + name + "](" + name + ")").toList());
                for (Node node = Markdown.parse(links).getFirstChild(); node != null;) {
                    Node next = node.getNext();
                    document.appendChild(node);
                    node = next;
                }
            }
            return of(file, document);
        }
        Paragraph path = new Paragraph();
        path.appendChild(new Text(file.toString()));
        document.appendChild(path);
        FencedCodeBlock code = new FencedCodeBlock();
        String text = new String(Files.readAllBytes(there), StandardCharsets.UTF_8);
        code.setLiteral(text.length() > LONGEST ? "Too long to be shown" : text.indexOf(0) >= 0 ? "No text" : text);
        document.appendChild(code);
        return of(file, document);
    }

    private static Page of(Path file, Node document) {
        List<Section> headings = new ArrayList<>();
        Map<String, Integer> taken = new HashMap<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
                // whoever hears a page misses a level that is left out
                heading.setLevel(Math.min(heading.getLevel(), headings.isEmpty() ? 1 : 1 + headings.get(headings.size() - 1).level()));
                String text = Markdown.text(heading);
                headings.add(new Section(heading, heading.getLevel(), text, Markdown.anchor(text, taken)));
            }
        });
        return new Page(file, headings.isEmpty() ? file.getFileName().toString() : headings.get(0).text(), document, headings);
    }

    boolean has(String anchor) {
        return headings.stream().anyMatch(section -> section.anchor().equals(anchor));
    }

    /** Where it is written, relative to the site. */
    Path target() {
        return target(file);
    }

    static Path target(Path file) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.equals("README.md") ? "index.html" : name.replaceFirst("\\.md$", "") + ".html");
    }

    /** What a link on this page to another place of the site says. */
    String href(Path place) {
        Path folder = target().getParent();
        return (folder == null ? place : folder.relativize(place)).toString().replace('\\', '/');
    }
}
