package io.fullynested.bundle;

/** Bytes {@code from ≤ i < to} of a file. */
public record ByteRange(long from, long to) {

    /** How many bytes. */
    public int length() {
        return Math.toIntExact(to - from);
    }
}
