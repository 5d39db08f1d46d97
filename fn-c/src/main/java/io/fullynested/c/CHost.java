package io.fullynested.c;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Numbers;
import io.fullynested.core.model.GraphPasses;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Answers cost models by what the C form takes on a device, where it is meant; another host answers where it is not, or where a network has none. Its bytes
 * are exact but for code, which is told as {@link Routine} knows it, for tables of functions, and for weights that are no codes any more once their batch norms
 * are folded.
 */
public final class CHost implements Host {

    /** The name of the format. */
    public static final String ID = "c";

    private final Host others;
    private final boolean standard;
    private volatile Sized last;

    /**
     * A host.
     *
     * @param others   knows all other formats
     * @param standard whether networks are exported as C where no format is named
     */
    public CHost(Host others, boolean standard) {
        this.others = others;
        this.standard = standard;
    }

    /** The last graph that was asked for, as one submodel is told by several costs; of one without a C form there is no lowering. */
    private record Sized(Graph graph, Optional<Lowering> lowering) {
    }

    private Optional<Lowering> sized(Graph graph, Optional<String> format) {
        if (!format.map(ID::equals).orElse(standard)) {
            return Optional.empty();
        }
        Sized known = last;
        if (known == null || known.graph() != graph) {
            known = new Sized(graph, lowered(graph));
            last = known;
        }
        return known.lowering();
    }

    private static Optional<Lowering> lowered(Graph graph) {
        try {
            return Optional.of(lowering(graph));
        } catch (NoIntegerFormException e) {
            return Optional.empty();
        }
    }

    /** Why a network has no C form, if so, whatever its numbers are. */
    public static Optional<String> refusal(Graph graph) {
        try {
            lowering(graph);
            return Optional.empty();
        } catch (NoIntegerFormException e) {
            return Optional.of(String.join("; ", e.refused()));
        }
    }

    private static Lowering lowering(Graph graph) {
        Graph written = GraphPasses.standalone(graph);
        Lowering lowering = new Lowering(written, new Numbers(Optional.empty()),
                written.inputs().stream().collect(Collectors.toMap(Node::name, Node::name)));
        lowering.run();
        CExporter.give(lowering, graph.outputs().stream().map(Node::name).toList());
        return lowering;
    }

    /** A network without a C form costs something in another one. */
    private Optional<String> other(Optional<String> format) {
        return format.filter(name -> !name.equals(ID));
    }

    @Override
    public double[] storedBytes(Graph graph, Optional<String> format) {
        return sized(graph, format).map(lowering -> perNode(graph, lowering, lowering.constants())).orElseGet(() -> others.storedBytes(graph, other(format)));
    }

    @Override
    public double fileBytes(Graph graph, Optional<String> format) {
        return sized(graph, format).map(lowering -> (double) lowering.unit().constants() + lowering.unit().code())
                .orElseGet(() -> others.fileBytes(graph, other(format)));
    }

    @Override
    public double[] fileBytesPerNode(Graph graph, Optional<String> format) {
        return sized(graph, format).map(lowering -> perNode(graph, lowering, lowering.shares())).orElseGet(() -> others.fileBytesPerNode(graph, other(format)));
    }

    @Override
    public double[] executedMacs(Graph graph, Optional<String> format) {
        return sized(graph, format).map(lowering -> graph.nodes().stream().mapToDouble(graph::macs).toArray())
                .orElseGet(() -> others.executedMacs(graph, other(format)));
    }

    private static double[] perNode(Graph graph, Lowering lowering, long[] perStep) {
        Map<String, Double> byName = new HashMap<>();
        for (int i = 0; i < perStep.length; i++) {
            byName.put(lowering.steps().get(i).head().name(), (double) perStep[i]);
        }
        ToDoubleFunction<Node> share = node -> byName.getOrDefault(node.name(), 0.0);
        return graph.nodes().stream().mapToDouble(share).toArray();
    }

    @Override
    public Timing time(Graph graph, int batch, int threads) {
        return others.time(graph, batch, threads);
    }
}
