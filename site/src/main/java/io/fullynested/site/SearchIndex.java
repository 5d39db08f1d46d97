package io.fullynested.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.commonmark.node.Node;

/** What is searched: a section is its page, the page's title, its heading, its anchor and its text. A script, as pages on a disk may load nothing else. */
final class SearchIndex {

    private SearchIndex() {
    }

    static String of(Collection<Page> pages) throws JsonProcessingException {
        List<List<String>> sections = new ArrayList<>();
        pages.stream().filter(page -> page.file().toString().endsWith(".md")).forEach(page -> {
            StringBuilder text = new StringBuilder();
            String heading = "";
            String anchor = "";
            for (Node node = page.document().getFirstChild(); node != null; node = node.getNext()) {
                Node at = node;
                var next = page.headings().stream().filter(section -> section.heading() == at).findFirst();
                if (next.isPresent()) {
                    add(sections, page, heading, anchor, text);
                    heading = next.get().level() == 1 ? "" : next.get().text();
                    anchor = next.get().level() == 1 ? "" : next.get().anchor();
                } else {
                    text.append(Markdown.text(node)).append(' ');
                }
            }
            add(sections, page, heading, anchor, text);
        });
        return "'use strict';\nconst SECTIONS = " + new ObjectMapper().writeValueAsString(sections) + ";\n";
    }

    private static void add(List<List<String>> sections, Page page, String heading, String anchor, StringBuilder text) {
        if (!heading.isEmpty() || text.length() > 0) {
            sections.add(List.of(page.target().toString().replace('\\', '/'), page.title(), heading, anchor, text.toString().strip()));
        }
        text.setLength(0);
    }
}
