package io.fullynested.core.io;

import java.util.stream.Collectors;

/** Texts from files and names as they may be shown: a control character could move the cursor of a terminal, or forge a line. */
public final class Printable {

    /** More of a message says nothing. */
    private static final int LONGEST = 1000;
    private static final int END = 200;

    private Printable() {
    }

    /** One line of bounded length: control characters escaped, and of a long text the beginning and the end. */
    public static String line(String text) {
        return escaped(cut(text), false);
    }

    /** A message of a line or several, each of bounded length: of a long one the beginning and the end. */
    public static String message(String text) {
        return text.lines().map(Printable::cut).collect(Collectors.joining("\n"));
    }

    /** Lines of a terminal: control characters but the ends of lines and tabs are escaped. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text
                : text.substring(0, LONGEST - END) + " … (" + text.length() + " characters) … " + text.substring(text.length() - END);
    }

    private static String escaped(String text, boolean lines) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean lineEnd = c == '\n' || c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
            if (!isControl(c) || lines && (lineEnd || c == '\t')) {
                shown.append(c);
            } else {
                shown.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : String.format(c < 256 ? "\\x%02x" : "\\u%04x", (int) c));
            }
        }
        return shown.toString();
    }

    /** Also what turns the direction of a line, or breaks it. */
    private static boolean isControl(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
    }
}
