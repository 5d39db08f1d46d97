package io.fullynested.core.model;

import io.fullynested.api.graph.Shape;

/** A block could not describe itself: its options do not fit what goes in, or it has a defect. */
public final class IllegalBlockException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final int index;

    IllegalBlockException(int index, String name, Shape input, Throwable cause) {
        super("block '" + name + "' with input " + input + ": "
                + (cause instanceof IllegalArgumentException ? cause.getMessage() : "it failed with " + cause), cause);
        this.index = index;
    }

    /** Which block of the network it is, counted from 0. */
    public int index() {
        return index;
    }
}
