package io.fullynested.core.plugin;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Guesses what somebody meant to write. */
public final class Spelling {

    /** Nothing longer is a word that somebody misspelt. */
    private static final int LONGEST = 100;

    private Spelling() {
    }

    /** The legal word that is spelled most like {@code word}, if one is near enough to be worth a suggestion. */
    public static Optional<String> nearest(String word, Collection<String> legal) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String written = word.toLowerCase(Locale.ROOT);
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : legal) {
            String other = candidate.toLowerCase(Locale.ROOT);
            int edits = edits(written, other);
            int shorter = Math.min(written.length(), other.length());
            int longer = Math.max(written.length(), other.length());
            boolean contained = shorter > 2 && (other.contains(written) || written.contains(other));
            boolean near = contained || edits <= Math.max(1, longer / 3);
            if (near && edits < least) {
                least = edits;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code ". Maybe 'kernel'?"} to end a message with, or nothing. */
    public static String maybe(String word, Collection<String> legal) {
        return nearest(word, legal).map(near -> ". Maybe '" + near + "'?").orElse("");
    }

    /** The same, or a full stop: what stands before another sentence. */
    public static String maybeOrStop(String word, Collection<String> legal) {
        String maybe = maybe(word, legal);
        return maybe.isEmpty() ? "." : maybe;
    }

    /** Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment). */
    static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int substitute = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(substitute, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
