package io.fullynested.onnx.bundle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A text that has each piece of any member once, as the first member with such a piece has it. The scripts of members tell how theirs
 * differ.
 */
final class Reference {

    /** So many equal bytes end a difference. */
    private static final int EQUAL = 3;
    /** So far both texts are searched for where they agree again. */
    private static final int REACH = 400;

    private final List<String> order = new ArrayList<>();
    private final Map<String, byte[]> texts = new HashMap<>();

    /** Takes up the pieces of a member that are new, each behind the one that it follows there. */
    void add(List<Piece> pieces) {
        int at = -1;
        for (Piece piece : pieces) {
            if (texts.putIfAbsent(piece.key(), piece.text()) == null) {
                order.add(++at, piece.key());
            } else {
                at = at + 1 < order.size() && order.get(at + 1).equals(piece.key()) ? at + 1 : order.indexOf(piece.key());
            }
        }
    }

    /** The text. */
    byte[] text() {
        ByteSink text = new ByteSink();
        order.forEach(key -> text.bytes(texts.get(key)));
        return text.toByteArray();
    }

    /** Where each piece starts in the text. */
    Map<String, Integer> starts() {
        Map<String, Integer> starts = new HashMap<>();
        int next = 0;
        for (String key : order) {
            starts.put(key, next);
            next += texts.get(key).length;
        }
        return starts;
    }

    /** Appends to a script how a piece is made of the piece of its key that starts at {@code start} of this text. */
    void write(Piece piece, int start, Script script) {
        byte[] old = texts.get(piece.key());
        byte[] text = piece.text();
        int from = 0;
        int to = 0;
        while (to < text.length) {
            int same = mismatch(old, from, text, to);
            script.copy(start + from, same);
            from += same;
            to += same;
            int[] apart = apart(old, from, text, to);
            script.text(Arrays.copyOfRange(text, to, to + apart[1]));
            from += apart[0];
            to += apart[1];
        }
    }

    private static int mismatch(byte[] old, int from, byte[] text, int to) {
        int same = Arrays.mismatch(old, from, old.length, text, to, text.length);
        return same < 0 ? text.length - to : same;
    }

    /** How many bytes of both to leave out until they agree again: the fewest in sum, and of those the most equal numbers. */
    private static int[] apart(byte[] old, int from, byte[] text, int to) {
        int oldLeft = old.length - from;
        int left = text.length - to;
        for (int sum = 1; sum <= Math.min(oldLeft + left, REACH); sum++) {
            for (int uneven = sum % 2; uneven <= sum; uneven += 2) {
                for (int skipped : new int[] {(sum - uneven) / 2, (sum + uneven) / 2}) {
                    int put = sum - skipped;
                    if (skipped + EQUAL <= oldLeft && put + EQUAL <= left
                            && Arrays.equals(old, from + skipped, from + skipped + EQUAL, text, to + put, to + put + EQUAL)) {
                        return new int[] {skipped, put};
                    }
                }
            }
        }
        return new int[] {oldLeft, left};
    }
}
