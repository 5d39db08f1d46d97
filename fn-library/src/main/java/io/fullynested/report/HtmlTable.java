package io.fullynested.report;

import java.util.List;

/**
 * A table of a page, with a name, and heads of columns and rows. A narrow page shows one of style {@code stack} row by row, each cell after the name of
 * its column; one of style {@code sortable} is sorted by a click on the head of a column, or by keyboard. Roles are told, as a browser forgets them where
 * the style makes blocks of rows.
 */
final class HtmlTable {

    /**
     * A column.
     *
     * @param left whether it holds words, which begin at the left
     */
    record Column(String name, boolean left) {

        static Column words(String name) {
            return new Column(name, true);
        }

        static Column numbers(String name) {
            return new Column(name, false);
        }
    }

    private final Markup page;
    private final List<Column> columns;
    private int next;

    /** Begins one; the first column has the heads of rows. */
    HtmlTable(Markup page, String name, String style, List<Column> columns) {
        this.page = page;
        this.columns = List.copyOf(columns);
        page.open("div", "class", "scroll", "data-name", name).open("table", "role", "table", "class", style, "aria-label", name)
                .open("thead", "role", "rowgroup").open("tr", "role", "row");
        for (Column column : columns) {
            page.text("th", column.name(), "scope", "col", "role", "columnheader", "class", column.left() ? "left" : "");
        }
        page.close().close().open("tbody", "role", "rowgroup");
    }

    /** Begins a row. */
    HtmlTable row(String head) {
        page.open("tr", "role", "row").text("th", head, "scope", "row", "role", "rowheader", "class", "left");
        next = 1;
        return this;
    }

    /** The next cell of the row. */
    HtmlTable cell(String text) {
        return cell(text, text, "");
    }

    /**
     * The same.
     *
     * @param value what the column is sorted by
     * @param more  what stands below the text, or nothing
     */
    HtmlTable cell(String text, Object value, String more) {
        begin(value).content(text);
        if (!more.isEmpty()) {
            page.text("small", more);
        }
        return end();
    }

    /** The next cell, a link to a file, or nothing. */
    HtmlTable link(String file) {
        begin(file);
        if (!file.isEmpty()) {
            page.text("a", file, "href", file);
        }
        return end();
    }

    private Markup begin(Object value) {
        Column column = columns.get(next++);
        return page.open("td", "role", "cell", "class", column.left() ? "left" : "", "data-label", column.name(), "data-value", value);
    }

    private HtmlTable end() {
        page.close();
        return this;
    }

    /** Ends the row. */
    void done() {
        if (next != columns.size()) {
            throw new IllegalStateException(next + " cells in a row of " + columns.size());
        }
        page.close();
    }

    /** Ends the table. */
    void close() {
        page.close().close().close();
    }
}
