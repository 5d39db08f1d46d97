package io.fullynested.onnx.source;

import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What of a source has been raised so far: nodes with their numbers, and the values that they stand for. */
final class Sketch {

    /**
     * A value: who makes it, and whether it is flat here. A signal of one pixel, as what follows a global pooling is in ONNX, is a flat one.
     *
     * @param padded zeros that a node before has put around it, before rows and columns, then behind; empty for none
     */
    record Value(Draft draft, boolean flat, int[] padded) {

        Value(Draft draft, boolean flat) {
            this(draft, flat, new int[0]);
        }
    }

    final SourceGraph source;
    final Atoms atoms = new Atoms();
    final List<Draft> drafts = new ArrayList<>();
    final Map<String, Tensor> tensors = new TreeMap<>();
    final Map<String, Tensor> statistics = new TreeMap<>();
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    Sketch(SourceGraph source) {
        this.source = source;
        source.nodes().forEach(node -> node.inputs().forEach(value -> uses.merge(value, 1, Integer::sum)));
        uses.merge(source.output(), 1, Integer::sum);
        int[] shape = source.shape(source.input());
        Draft input = new Draft("", null, List.of(), atoms.fixed(shape[1]));
        input.value = source.input();
        atoms.fix(input.atoms);
        values.put(source.input(), new Value(input, shape.length == 2));
    }

    /** Notes what a value of the source is. */
    void put(String name, Value value) {
        values.put(name, value);
    }

    boolean knows(String value) {
        return values.containsKey(value);
    }

    /** Who makes a value. */
    Draft maker(String value) {
        return values.get(value).draft();
    }

    /** Whether nobody else takes a value. */
    boolean alone(String value) {
        return uses.get(value) == 1;
    }

    /** A signal that a node takes, with no zeros around it. */
    Value of(SourceNode node, int i) {
        Value value = padded(node, i);
        if (value.padded().length > 0) {
            throw node.refuse("takes a padded image; padding is read before convolutions and poolings");
        }
        return value;
    }

    /** A signal that a node takes, with whatever zeros are around it. */
    Value padded(SourceNode node, int i) {
        Value value = values.get(node.inputs().get(i));
        if (value == null) {
            throw node.refuse("takes a constant where a signal is expected");
        }
        return value;
    }

    Optional<Constant> constant(SourceNode node, int i) {
        return node.has(i) ? Optional.ofNullable(source.constants().get(node.inputs().get(i))) : Optional.empty();
    }

    Constant needed(SourceNode node, int i) {
        return constant(node, i).orElseThrow(() -> node.refuse("has no constant '" + (node.has(i) ? node.inputs().get(i) : "input " + i) + "'"));
    }

    /** A new node, named as the source names it. */
    Draft draft(SourceNode node, Kind kind, List<Draft> of, List<Integer> made) {
        return draft(unique(plain(node)), kind, of, made);
    }

    /** A new node of a name that is not taken. */
    Draft draft(String name, Kind kind, List<Draft> of, List<Integer> made) {
        Draft draft = new Draft(name, kind, of, made);
        drafts.add(draft);
        return draft;
    }

    /** A name that is legal and not taken: of the layer in the user's program, where its weights have such a name. */
    String named(SourceNode node, int weights) {
        String tensor = node.inputs().get(weights);
        String layer = tensor.endsWith(".weight") ? tensor.substring(0, tensor.length() - ".weight".length()).replace('/', '.') : "";
        return unique(layer.isEmpty() || names.contains(layer) ? plain(node) : layer);
    }

    private static String plain(SourceNode node) {
        return node.name().replaceFirst("^/", "").replaceFirst("/" + node.op() + "$", "").replace('/', '.');
    }

    String unique(String name) {
        String unique = name;
        for (int i = 2; !names.add(unique); i++) {
            unique = name + "-" + i;
        }
        return unique;
    }
}
