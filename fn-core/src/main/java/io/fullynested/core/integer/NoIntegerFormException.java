package io.fullynested.core.integer;

import io.fullynested.api.graph.Node;
import java.util.List;

/** A network that cannot be computed in integers alone; the message has a line for each node that cannot. */
public final class NoIntegerFormException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /** What is refused, a sentence each. */
    private final transient List<String> refused;

    /** @param refused a sentence each */
    public NoIntegerFormException(List<String> refused) {
        super(String.join("\n", refused));
        this.refused = List.copyOf(refused);
    }

    /**
     * Of one node.
     *
     * @param why what is wrong with it, as in "its weights are not quantised. Maybe …?"
     */
    public static NoIntegerFormException of(Node node, String why) {
        return new NoIntegerFormException(List.of(node.name() + " has no integer form: " + why));
    }

    /** What is refused, a sentence each. */
    public List<String> refused() {
        return refused;
    }
}
