package io.fullynested.onnx.source;

import io.fullynested.api.graph.Window;
import io.fullynested.core.block.GraphNode;
import io.fullynested.core.block.GraphNode.Columns;
import io.fullynested.core.block.GraphNode.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node of a network that is being raised; what is nested of it shows when all are known. */
final class Draft {

    final String name;
    final Kind kind;
    final List<Draft> of;
    /** The channels of its result, in atoms. */
    final List<Integer> atoms;
    int channels;
    Window window = new Window(1, 1, 0, 1);
    /** Of tokens: steps of zeros in front. */
    int leading;
    int groups = 1;
    /** Of an attention: how many heads share its channels. */
    int heads = 1;
    double scale = 1;
    int from;
    int to = 1;
    /** Rows and columns of its result; 0 until they are known. */
    int rows;
    int columns;
    boolean bias;
    /** Of a pooling of maxima: whether its last window may reach beyond the padding. */
    boolean ceil;
    double epsilon = 1e-5;
    /** Whether it is a batch norm that only multiplies and adds, and has no statistics yet. */
    boolean factor;
    Optional<String> layers = Optional.empty();
    int rank = 1;
    /** The value of the source that its result is. */
    String value = "";

    /** @param name empty for what the network takes */
    Draft(String name, Kind kind, List<Draft> of, List<Integer> atoms) {
        this.name = name;
        this.kind = kind;
        this.of = new ArrayList<>(of);
        this.atoms = atoms;
    }

    Draft window(Window other) {
        window = other;
        return this;
    }

    boolean depthwise() {
        return kind == Kind.CONVOLUTION && groups > 1 && groups == channels && of.get(0).atoms.equals(atoms);
    }

    /** Whether its result has steps, not pixels. */
    boolean sequence() {
        return kind == Kind.TOKENS || kind != null && kind != Kind.FLATTEN && kind != Kind.GLOBAL_AVERAGE_POOL && kind != Kind.DENSE && of.get(0).sequence();
    }

    /** @param before the node before it in the list, which need not be named */
    GraphNode node(Optional<Draft> before, Atoms all) {
        boolean follows = of.size() == 1 && before.map(draft -> draft == of.get(0)).orElse(of.get(0).name.isEmpty());
        return new GraphNode(name, kind, follows ? List.of() : of.stream().map(draft -> draft.name.isEmpty() ? "input" : draft.name).toList(), channels,
                window.rows().kernel(), window.rows().stride(), leading + window.rows().padding(), window.rows().dilation(),
                Columns.of(window), groups, bias, ceil, epsilon, kind == Kind.ATTENTION ? heads : makes() ? all.heads(atoms) : 1, scale, from, to,
                makes() || kind == Kind.ATTENTION ? all.paths(atoms) : Optional.empty(), makes() ? all.axis(atoms) : Optional.empty(), layers, rank);
    }

    /** Whether it makes terms of its own. */
    private boolean makes() {
        return kind.layer() && !depthwise();
    }
}
