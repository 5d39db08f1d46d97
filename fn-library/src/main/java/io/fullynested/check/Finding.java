package io.fullynested.check;

import java.util.Locale;

/**
 * Something that a check has to say.
 *
 * @param what   a sentence without its stop
 * @param advice one thing to try, in a few words; empty if there is none
 */
public record Finding(Level level, String what, String advice) {

    /** How much it matters. */
    public enum Level {
        /** As it should be. */
        FINE,
        /** Worth a thought. */
        NOTE,
        /** What comes of it is worth little. */
        WRONG
    }

    static Finding fine(String what, Object... values) {
        return new Finding(Level.FINE, text(what, values), "");
    }

    static Finding note(String advice, String what, Object... values) {
        return new Finding(Level.NOTE, text(what, values), advice);
    }

    static Finding wrong(String advice, String what, Object... values) {
        return new Finding(Level.WRONG, text(what, values), advice);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** As {@code What. Maybe advice?} */
    @Override
    public String toString() {
        return what + (advice.isEmpty() ? "" : ". Maybe " + advice + "?");
    }
}
