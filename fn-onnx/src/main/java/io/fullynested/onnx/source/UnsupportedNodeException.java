package io.fullynested.onnx.source;

import java.io.Serial;

/** A node of a source that no operator here stands for. */
final class UnsupportedNodeException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final String node;

    UnsupportedNodeException(SourceNode node, String why) {
        super("node '" + node.name() + "' (" + node.op() + ") " + why);
        this.node = node.name();
    }

    /** Its name. */
    String node() {
        return node;
    }
}
