package io.fullynested.core.data;

import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.plugin.Spelling;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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

    /** What people write where nothing is known, in small letters. */
    private static final Set<String> MISSING = Set.of("na", "n/a", "nan", "null", "none", "nil", "?", "-", "--", ".", "inf", "-inf", "infinity", "-infinity");
    private static final int FEWEST_NUMBERED = 20;
    private static final List<Character> SEPARATORS = List.of(';', '\t', ',', '|');

    /** @throws UnreadableException if rows differ in length or a quote is not closed; the message names the file and the line */
    static CsvTable read(Path path, char separator, boolean header) throws UnreadableException {
        return InputFile.read(path, () -> {
            try (Reader in = Files.newBufferedReader(path)) {
                return table(path, new CsvRows(in, separator), separator, header);
            }
        });
    }

    private static CsvTable table(Path path, CsvRows in, char separator, boolean header) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        List<Integer> lines = new ArrayList<>();
        List<String> columns = null;
        for (List<String> row = in.next(); row != null; row = in.next()) {
            if (in.open()) {
                throw new UnreadableException(path + ":" + in.line(), "a double quote is not closed");
            }
            if (columns == null) {
                columns = header ? row : IntStream.rangeClosed(1, row.size()).mapToObj(String::valueOf).toList();
                if (header) {
                    continue;
                }
            }
            if (row.size() != columns.size()) {
                throw new UnreadableException(path + ":" + in.line(), row.size() + " values in " + columns.size()
                        + " columns. Maybe another separator than '" + separator + "'?");
            }
            rows.add(row);
            lines.add(in.line());
        }
        if (rows.isEmpty()) {
            throw new UnreadableException(path, "there are no rows in it");
        }
        return new CsvTable(path, columns, rows, lines);
    }

    /** Names a row in errors. */
    String place(int row) {
        return path + ":" + lines.get(row);
    }

    /**
     * The number in a row and a column.
     *
     * @param other what may be done about a text that is none
     */
    float number(int row, int column, String other) throws UnreadableException {
        String text = rows.get(row).get(column);
        try {
            float number = Float.parseFloat(text);
            if (Float.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as a number that is not finite is
        }
        throw new UnreadableException(place(row), "column '" + columns.get(column) + "'" + (text.isEmpty() ? " is empty" : " is '" + text + "', not a number")
                + ". Maybe " + remedy(text, other) + "?");
    }

    private static String remedy(String text, String other) {
        return text.isEmpty() || MISSING.contains(text.toLowerCase(Locale.ROOT)) ? "fill it in, or leave the row out"
                : text.matches("[+-]?[\\d.]*,\\d+") ? "a decimal point in the place of the comma" : other;
    }

    /** @throws UnreadableException if its one column seems to be several */
    void requireColumns() throws UnreadableException {
        Optional<Character> likely = SEPARATORS.stream().filter(c -> columns.size() == 1 && columns.get(0).indexOf(c) >= 0).findFirst();
        if (likely.isPresent()) {
            throw new UnreadableException(path, "it has one column, '" + columns.get(0) + "'. Maybe separator: '"
                    + (likely.get() == '\t' ? "\\t" : likely.get()) + "'?");
        }
    }

    /** Whether a column does no more than number the rows: whole numbers without a gap, each once. */
    boolean numbersRows(int column) {
        if (rows.size() < FEWEST_NUMBERED || !rows.stream().allMatch(row -> row.get(column).matches("\\d{1,9}"))) {
            return false;
        }
        int[] numbers = rows.stream().mapToInt(row -> Integer.parseInt(row.get(column))).sorted().toArray();
        return IntStream.range(1, numbers.length).allMatch(i -> numbers[i] == numbers[i - 1] + 1);
    }

    /**
     * The column of a name.
     *
     * @param option where it was named
     */
    int column(String name, String option) throws UnreadableException {
        int index = columns.indexOf(name);
        if (index < 0) {
            requireColumns();
            throw new UnreadableException(path, "'" + option + "' names a column '" + name + "', which is not there; there are "
                    + String.join(", ", columns) + Spelling.maybe(name, columns));
        }
        return index;
    }
}
