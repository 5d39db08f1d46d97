package io.fullynested.training;

import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Parameter;
import io.fullynested.api.graph.ParameterRole;
import java.util.Set;

/** Which nodes of a graph are computed together, and which have a gradient. */
final class FusedPieces {

    private static final Set<Activation> BEHIND_BATCH_NORM = Set.of(Activation.RELU, Activation.RELU6, Activation.HARD_SWISH);
    private static final Set<Activation> BEHIND_ADD = Set.of(Activation.RELU, Activation.RELU6);

    /**
     * A batch norm, a sum, or nothing, with the function and the rounding behind it.
     *
     * @param head     its first node
     * @param last     the node whose result is its
     * @param norm     null if it begins with none
     * @param sum      whether it begins with a sum
     * @param function null if there is none
     * @param rounding null if there is none
     */
    record Piece(int head, int last, BatchNorm norm, boolean sum, Activation function, FakeQuantize rounding) {

        /** Whether it is one node only. */
        boolean bare() {
            return head == last;
        }
    }

    private final Piece[] pieces;
    private final boolean[] within;
    private final boolean[] learns;

    FusedPieces(Graph graph) {
        int size = graph.nodes().size();
        pieces = new Piece[size];
        within = new boolean[size];
        learns = new boolean[size];
        int[] uses = graph.uses();
        int[] user = new int[size];
        for (int i = 0; i < size; i++) {
            for (int input : graph.node(i).inputs()) {
                user[input] = i;
                learns[i] |= learns[input];
            }
            learns[i] |= graph.node(i).operator().parameters().stream().map(Parameter::role).anyMatch(ParameterRole::learnt);
        }
        for (int i = 0; i < size; i++) {
            if (!within[i] && learns[i]) {
                pieces[i] = piece(graph, uses, user, i);
            }
        }
    }

    private Piece piece(Graph graph, int[] uses, int[] user, int head) {
        Operator operator = graph.node(head).operator();
        BatchNorm norm = operator instanceof BatchNorm one ? one : null;
        boolean sum = operator instanceof Add;
        Set<Activation> functions = norm != null ? BEHIND_BATCH_NORM : BEHIND_ADD;
        int last = head;
        Activation function = null;
        FakeQuantize rounding = null;
        int next = norm != null || sum ? behind(uses, user, head) : head;
        if (next >= 0 && graph.node(next).activation().filter(functions::contains).isPresent()) {
            function = graph.node(next).activation().get();
            last = next;
            next = behind(uses, user, next);
        }
        if (next >= 0 && graph.node(next).quantizer().isPresent()) {
            rounding = graph.node(next).quantizer().get();
            last = next;
        }
        if (norm == null && !sum && function == null && rounding == null) {
            return null;
        }
        for (int i = head; i != last; i = user[i]) {
            within[user[i]] = true;
        }
        return new Piece(head, last, norm, sum, function, rounding);
    }

    /** The only node that takes a result; −1 if there are several, or none. */
    private static int behind(int[] uses, int[] user, int node) {
        return uses[node] == 1 ? user[node] : -1;
    }

    /** The piece that begins with a node; null if there is none. */
    Piece at(int node) {
        return pieces[node];
    }

    /** Whether a node is computed with one before it. */
    boolean within(int node) {
        return within[node];
    }

    /** Whether the gradient by a node's result is needed. */
    boolean learns(int node) {
        return learns[node];
    }
}
