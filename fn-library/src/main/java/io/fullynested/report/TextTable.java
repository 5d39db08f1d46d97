package io.fullynested.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows under a header.
 *
 * @param rows each as long as the header
 */
public record TextTable(List<String> header, List<List<String>> rows) {

    public TextTable {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** Lines whose columns stand below each other; numbers, which follow the first column, to the right. */
    public List<String> lines() {
        List<List<String>> all = new ArrayList<>(List.of(header));
        all.addAll(rows);
        int[] widths = IntStream.range(0, header.size()).map(i -> all.stream().mapToInt(row -> row.get(i).length()).max().orElse(0)).toArray();
        return all.stream().map(row -> {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String room = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + room : "  " + room + row.get(i));
            }
            return line.toString().stripTrailing();
        }).toList();
    }

    /** A table of a page. */
    void in(Markup page, String name) {
        HtmlTable table = new HtmlTable(page, name, "sortable stack", header.stream().map(HtmlTable.Column::numbers).toList());
        rows.forEach(row -> {
            table.row(row.get(0));
            row.subList(1, row.size()).forEach(table::cell);
            table.done();
        });
        table.close();
    }
}
