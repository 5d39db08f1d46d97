package io.fullynested.cli;

import io.fullynested.core.io.Printable;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a terminal is shown: control characters of names and values in files are escaped, only colours and weights of letters are not. */
final class PrintableWriter extends FilterWriter {

    private static final Pattern STYLE = Pattern.compile("\u001b\\[(?:[01]|2[1-4]|[349][0-7]|39|4)?(?:;[0-9]{1,3})*m|[^\u001b]+|\u001b");

    PrintableWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        Matcher parts = STYLE.matcher(text.substring(from, from + length));
        while (parts.find()) {
            String part = parts.group();
            out.write(part.length() > 1 && part.charAt(0) == '\u001b' ? part : Printable.lines(part));
        }
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        write(new String(text, from, length), 0, length);
    }

    @Override
    public void write(int character) throws IOException {
        write(String.valueOf((char) character), 0, 1);
    }
}
