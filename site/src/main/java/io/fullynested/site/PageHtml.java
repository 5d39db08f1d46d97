package io.fullynested.site;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.renderer.html.HtmlRenderer;

/** The HTML of pages. */
final class PageHtml {

    private final Contents contents;
    private final Api api;
    private final String template;

    PageHtml(Contents contents, Api api, String template) {
        this.contents = contents;
        this.api = api;
        this.template = template;
    }

    String of(Page page) {
        HtmlRenderer renderer = HtmlRenderer.builder().nodeRendererFactory(context -> new BlockHtml(page, api, context))
                .extensions(List.of(TablesExtension.create())).escapeHtml(true)
                .attributeProviderFactory(context -> (node, tag, attributes) -> page.headings().stream().filter(section -> section.heading() == node)
                        .forEach(section -> attributes.put("id", section.anchor()))).build();
        return template.replace("{{title}}", escape(page.title())).replace("{{root}}", page.href(Path.of("x")).replaceFirst("x$", ""))
                .replace("{{pages}}", pages(page)).replace("{{beside}}", beside(page)).replace("{{body}}", renderer.render(page.document()));
    }

    private String pages(Page page) {
        StringBuilder html = new StringBuilder();
        for (Contents.Group group : contents.groups()) {
            html.append(group.name().isEmpty() ? "" : "<p>" + escape(group.name()) + "</p>").append("<ul>");
            group.entries().forEach(one -> html.append("<li>").append(link(page, one.page().target(), one.name(), one.page() == page ? " aria-current=\"page\"" : ""))
                    .append(one.page() == page ? sections(page) : "").append("</li>"));
            html.append("</ul>\n");
        }
        return html + (api.there() ? "<p>Code</p><ul><li>" + link(page, Path.of("api/index.html"), "Javadoc", "") + "</li></ul>" : "");
    }

    private static String sections(Page page) {
        List<Page.Section> second = page.headings().stream().filter(section -> section.level() == 2).toList();
        return second.size() < 2 ? "" : second.stream().map(section -> "<li><a href=\"#" + section.anchor() + "\">" + escape(section.text()) + "</a></li>")
                .collect(Collectors.joining("", "<ul>", "</ul>"));
    }

    private String beside(Page page) {
        return contents.beside(page, -1).map(one -> link(page, one.page().target(), "← " + one.name(), " rel=\"prev\"")).orElse("<span></span>")
                + contents.beside(page, 1).map(one -> link(page, one.page().target(), one.name() + " →", " rel=\"next\"")).orElse("");
    }

    private static String link(Page from, Path to, String text, String more) {
        return "<a href=\"" + from.href(to) + "\"" + more + ">" + escape(text) + "</a>";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
