package io.fullynested.core.engine;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that tensors lie on and operators are computed by.
 *
 * @param kind  what it is
 * @param index which one of several, from 0; of a processor always 0
 */
public record ComputeDevice(Kind kind, int index) {

    /** The processor. */
    public static final ComputeDevice CPU = new ComputeDevice(Kind.CPU, 0);

    private static final Pattern TEXT = Pattern.compile("(cpu)|cuda(?::(\\d{1,4}))?");

    /** Kinds of devices, by the names they have in PyTorch. */
    public enum Kind {
        /** The processor, all of its cores. */
        CPU,
        /** A GPU of NVIDIA's. */
        CUDA
    }

    /** @throws IllegalArgumentException if the index is negative, or a processor has one */
    public ComputeDevice {
        if (index < 0 || kind == Kind.CPU && index > 0) {
            throw new IllegalArgumentException("There is no device " + kind + " " + index);
        }
    }

    /**
     * Reads {@code cpu}, {@code cuda}, which is the first, or {@code cuda:1}. Whether there is one here, a {@link Backend} knows.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static ComputeDevice parse(String text) {
        Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no device to compute on. Maybe cpu, cuda or cuda:1?");
        }
        return matcher.group(1) != null ? CPU : new ComputeDevice(Kind.CUDA, matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2)));
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }
}
