package io.fullynested.core.model;

import io.fullynested.api.graph.Shape;

/** A block could not describe itself: its options do not fit what goes in, or it has a defect. */
public final class IllegalBlockException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final int index;

    IllegalBlockException(int index, String name, Shape input, Throwable cause) {
        this(index, "block '" + name + "' with input " + input + ": "
                + (cause instanceof IllegalArgumentException ? cause.getMessage() : "it failed with " + cause), cause);
    }

    private IllegalBlockException(int index, String message, Throwable cause) {
        super(message, cause);
        this.index = index;
    }

    /** The same, saying for which selection. */
    IllegalBlockException when(String selection) {
        return new IllegalBlockException(index, getMessage() + " (when " + selection + ")", this);
    }

    /** Which block of the network it is, counted from 0. */
    public int index() {
        return index;
    }
}
