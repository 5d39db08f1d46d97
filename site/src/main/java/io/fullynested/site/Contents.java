package io.fullynested.site;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;

/** What the site has, as the headings and links of one page say. */
record Contents(List<Group> groups) {

    /** Pages under a heading. */
    record Group(String name, List<Entry> entries) {
    }

    /** A page under the name that the contents have for it. */
    record Entry(Page page, String name) {
    }

    /** Of a page whose links may be as in the repository or lead to pages already. */
    static Contents of(Page page, Collection<Page> all) {
        List<Group> groups = new ArrayList<>(List.of(new Group("", new ArrayList<>(List.of(new Entry(page, page.title()))))));
        page.document().accept(new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
                if (heading.getLevel() == 2) {
                    groups.add(new Group(Markdown.text(heading), new ArrayList<>()));
                }
            }

            @Override
            public void visit(Link link) {
                all.stream().filter(one -> List.of(page.href(one.target()), page.href(one.file())).contains(link.getDestination())).findFirst()
                        .ifPresent(one -> groups.get(groups.size() - 1).entries().add(new Entry(one, Markdown.text(link))));
            }
        });
        return new Contents(groups);
    }

    List<Entry> entries() {
        return groups.stream().flatMap(group -> group.entries().stream()).toList();
    }

    /** The one so many after a page. */
    Optional<Entry> beside(Page page, int step) {
        List<Page> all = entries().stream().map(Entry::page).toList();
        int at = all.indexOf(page) + step;
        return all.contains(page) && at >= 0 && at < all.size() ? Optional.of(entries().get(at)) : Optional.empty();
    }
}
