package io.fullynested.site;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.CustomNode;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** CommonMark with GitHub's tables and its anchors of headings. */
final class Markdown {

    private static final Parser PARSER = Parser.builder().extensions(List.of(TablesExtension.create()))
            .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES).build();

    private Markdown() {
    }

    static Node parse(String text) {
        return PARSER.parse(text);
    }

    /** What of a node is read, without marks. */
    static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text part) {
                text.append(part.getLiteral());
            }

            @Override
            public void visit(Code part) {
                text.append(part.getLiteral());
            }

            @Override
            public void visit(FencedCodeBlock part) {
                text.append(part.getLiteral()).append(' ');
            }

            @Override
            public void visit(IndentedCodeBlock part) {
                text.append(part.getLiteral()).append(' ');
            }

            @Override
            public void visit(SoftLineBreak part) {
                text.append(' ');
            }

            @Override
            public void visit(HardLineBreak part) {
                text.append(' ');
            }

            @Override
            public void visit(CustomNode part) {
                visitChildren(part);
                text.append(part instanceof TableCell ? " " : "");
            }

            @Override
            protected void visitChildren(Node parent) {
                super.visitChildren(parent);
                text.append(parent instanceof Block ? " " : "");
            }
        });
        return text.toString().replaceAll("\\s+", " ").strip();
    }

    /**
     * The anchor of a heading, as GitHub makes it.
     *
     * @param taken how often each was made before on the page; counted on
     */
    static String anchor(String heading, Map<String, Integer> taken) {
        String anchor = heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
        int before = taken.merge(anchor, 1, Integer::sum) - 1;
        return before == 0 ? anchor : anchor + "-" + before;
    }

    /** The line of a file that a node begins in, from 1 on. */
    static int line(Node node) {
        for (Node at = node; at != null; at = at.getParent()) {
            if (!at.getSourceSpans().isEmpty()) {
                return 1 + at.getSourceSpans().get(0).getLineIndex();
            }
        }
        return 1;
    }
}
