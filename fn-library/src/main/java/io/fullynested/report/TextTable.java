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
    void in(Markup page) {
        page.open("div", "class", "scroll").open("table").open("thead").open("tr");
        header.forEach(name -> page.text("th", name));
        page.close().close().open("tbody");
        rows.forEach(row -> {
            page.open("tr");
            row.forEach(cell -> page.text("td", cell));
            page.close();
        });
        page.close().close().close();
    }
}
