package io.fullynested.core.data;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/** The rows of a table of texts (RFC 4180), one after the other; each character is looked at once. */
final class CsvRows {

    private static final int BYTE_ORDER_MARK = '\uFEFF';

    private final Reader in;
    private final char separator;
    private int next;
    private int line;
    private int first;
    private boolean quoted;

    /** @param in buffered */
    CsvRows(Reader in, char separator) throws IOException {
        this.in = in;
        this.separator = separator;
        this.line = 1;
        this.next = in.read();
        if (next == BYTE_ORDER_MARK) {
            next = in.read();
        }
    }

    /** The values of the next row that is not empty; {@code null} at the end. */
    List<String> next() throws IOException {
        while (next == '\n' || next == '\r') {
            take();
        }
        first = line;
        return next < 0 ? null : row();
    }

    private List<String> row() throws IOException {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        while (next >= 0 && (quoted || next != '\n' && next != '\r')) {
            char c = take();
            if (c == '"') {
                boolean twice = quoted && next == '"';
                if (twice) {
                    value.append(take());
                }
                quoted ^= !twice;
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

    /** A line feed stands for whatever ends a line. */
    private char take() throws IOException {
        int taken = next;
        next = in.read();
        if (taken == '\r' && next == '\n') {
            next = in.read();
        }
        boolean end = taken == '\n' || taken == '\r';
        line += end ? 1 : 0;
        return end ? '\n' : (char) taken;
    }

    /** The line that the last row begins on, from 1. */
    int line() {
        return first;
    }

    /** Whether the file ended within double quotes. */
    boolean open() {
        return quoted;
    }
}
