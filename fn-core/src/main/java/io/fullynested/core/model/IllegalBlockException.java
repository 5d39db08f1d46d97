package io.fullynested.core.model;

import io.fullynested.core.plugin.PluginFault;
import io.fullynested.core.spec.NetworkSpec;
import java.util.List;

/** A block could not describe itself: its options do not fit what goes in, or it has a defect. */
public final class IllegalBlockException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final int index;

    /** @param input the shapes of what the block was given; if the block before it is a plugin's, that may be what is wrong, and is named */
    IllegalBlockException(int index, List<NetworkSpec.Block> blocks, String input, Throwable cause) {
        this(index, PluginFault.named("block '" + blocks.get(index).name() + "'", blocks.get(index).block()) + " with input " + input
                + (index > 0 ? from(blocks.get(index - 1)) : "") + ": "
                + (cause instanceof IllegalArgumentException ? cause.getMessage() : "it failed: " + PluginFault.reason(cause)), cause);
    }

    /** Says whose block a signal comes from, if it is a plugin's; nothing otherwise. */
    static String from(NetworkSpec.Block before) {
        return PluginFault.author(before.block()).map(author -> " from block '" + before.name() + "', " + author).orElse("");
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
