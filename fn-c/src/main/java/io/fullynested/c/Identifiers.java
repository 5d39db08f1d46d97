package io.fullynested.c;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names and texts as C takes them. */
final class Identifiers {

    private Identifiers() {
    }

    /** What the names in a file begin with: its name without ending, small letters and digits of ASCII, everything else an underscore. */
    static String prefix(String file) {
        String name = word(file);
        // names that begin with an underscore are the compiler's
        return name.matches("[a-z].*") ? name : "net" + (name.startsWith("_") || name.isEmpty() ? name : "_" + name);
    }

    static String word(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceFirst("(?<=.)_$", "");
    }

    /** A string literal, of UTF-8; all but plain letters escaped, so that nothing after it is taken for a part of an escape. */
    static String literal(String text) {
        StringBuilder literal = new StringBuilder("\"");
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            // a question mark may begin a trigraph
            boolean plain = one >= ' ' && one < 127 && one != '"' && one != '\\' && one != '?';
            literal.append(plain ? String.valueOf((char) one) : String.format(Locale.ROOT, "\\%03o", one & 255));
        }
        return literal.append('"').toString();
    }

    /** Text that does not end a comment, on one line. */
    static String comment(String text) {
        return text.replaceAll("\\s+", " ").replace('×', 'x').replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?").replaceAll("\\\\$", "\\\\ ");
    }
}
