package io.fullynested.core.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of texts (RFC 4180): values may stand in double quotes, in which a double quote is written twice.
 *
 * @param path    where it was read from
 * @param columns their names; numbers from 1 if the file has no names
 * @param rows    the values, as many in each row as there are columns
 * @param lines   the line of the file that each row begins on, from 1
 */
record CsvTable(Path path, List<String> columns, List<List<String>> rows, List<Integer> lines) {

    /** @throws IOException if rows differ in length or a quote is not closed; the message names the file and the line */
    static CsvTable read(Path path, char separator, boolean header) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        List<Integer> lines = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(path)) {
            int line = 1;
            for (String text = in.readLine(); text != null; text = in.readLine(), line++) {
                int first = line;
                StringBuilder row = new StringBuilder(line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text);
                while (row.chars().filter(c -> c == '"').count() % 2 == 1) {
                    String more = in.readLine();
                    if (more == null) {
                        throw new IOException(path + ":" + first + ": a double quote is not closed");
                    }
                    row.append('\n').append(more);
                    line++;
                }
                if (!row.isEmpty()) {
                    rows.add(values(row, separator));
                    lines.add(first);
                }
            }
        } catch (CharacterCodingException e) {
            throw new IOException(path + ": it is not UTF-8 text", e);
        }
        if (rows.size() < (header ? 2 : 1)) {
            throw new IOException(path + ": there are no rows in it");
        }
        List<String> columns = header ? rows.remove(0) : IntStream.rangeClosed(1, rows.get(0).size()).mapToObj(String::valueOf).toList();
        if (header) {
            lines.remove(0);
        }
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).size() != columns.size()) {
                throw new IOException(path + ":" + lines.get(i) + ": " + rows.get(i).size() + " values in " + columns.size()
                        + " columns. Maybe another separator than '" + separator + "'?");
            }
        }
        return new CsvTable(path, columns, rows, lines);
    }

    private static List<String> values(CharSequence row, char separator) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < row.length(); i++) {
            char c = row.charAt(i);
            if (c == '"' && quoted && i + 1 < row.length() && row.charAt(i + 1) == '"') {
                value.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                values.add(value.toString().strip());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        values.add(value.toString().strip());
        return values;
    }
}
