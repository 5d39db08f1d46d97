package io.fullynested.site;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableBody;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlWriter;

/** Parts of a page that are not written as CommonMark has it: tables with heads of rows, what scrolls, and types that javadoc has a page of. */
final class BlockHtml implements NodeRenderer {

    private final Page page;
    private final Api api;
    private final HtmlNodeRendererContext context;
    private final HtmlWriter out;
    private int tables;
    private int codes;

    BlockHtml(Page page, Api api, HtmlNodeRendererContext context) {
        this.page = page;
        this.api = api;
        this.context = context;
        this.out = context.getWriter();
    }

    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
        return Set.of(TableBlock.class, TableCell.class, FencedCodeBlock.class, IndentedCodeBlock.class, Code.class);
    }

    @Override
    public void render(Node node) {
        if (node instanceof TableBlock) {
            tables++;
            out.tag("div", Map.of("class", "scroll", "data-name", "table " + tables));
            out.tag("table", Map.of("aria-label", heading(node) + ", table " + tables));
            children(node);
            out.tag("/table");
            out.tag("/div");
            out.line();
        } else if (node instanceof TableCell cell) {
            boolean first = cell.getPrevious() == null && cell.getParent().getParent() instanceof TableBody;
            Map<String, String> attributes = new LinkedHashMap<>();
            if (cell.isHeader() || first) {
                attributes.put("scope", first ? "row" : "col");
            }
            if (cell.getAlignment() == TableCell.Alignment.RIGHT) {
                attributes.put("class", "number");
            }
            String tag = attributes.containsKey("scope") ? "th" : "td";
            out.tag(tag, attributes);
            children(cell);
            out.tag("/" + tag);
        } else if (node instanceof FencedCodeBlock block) {
            code(block.getLiteral());
        } else if (node instanceof IndentedCodeBlock block) {
            code(block.getLiteral());
        } else if (node instanceof Code code) {
            boolean known = api.types().containsKey(code.getLiteral()) && !(code.getParent() instanceof Link);
            if (known) {
                out.tag("a", Map.of("href", page.href(api.types().get(code.getLiteral()))));
            }
            out.tag("code");
            out.text(code.getLiteral());
            out.tag("/code");
            if (known) {
                out.tag("/a");
            }
        }
    }

    private void code(String text) {
        codes++;
        out.tag("pre", Map.of("class", "scroll", "data-name", "code " + codes));
        out.tag("code");
        out.text(text);
        out.tag("/code");
        out.tag("/pre");
        out.line();
    }

    private void children(Node node) {
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            context.render(child);
        }
    }

    /** What a block stands under. */
    private String heading(Node node) {
        for (Node at = node; at != null; at = at.getPrevious() == null ? at.getParent() : at.getPrevious()) {
            for (Page.Section section : page.headings()) {
                if (section.heading() == at) {
                    return section.text();
                }
            }
        }
        return page.title();
    }
}
