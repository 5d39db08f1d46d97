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

    /** How the dimensions of a value stand in the source. */
    enum Layout {
        /** {@code [N, C, H, W]}. */
        FIRST,
        /** {@code [N, H, W, C]}. */
        LAST,
        /** {@code [N, C]}, or of one pixel, wherever its channels stand. */
        FLAT,
        /** {@code [N, H·W·C]}, what was {@link #LAST} before; here it is {@code [N, C·H·W]} as all that is flattened. */
        FLAT_LAST
    }

    /**
     * A value: who makes it, and how it stands in the source. A signal of one pixel, as what follows a global pooling is in ONNX, is a flat one.
     *
     * @param padded zeros that a node before has put around it, before rows and columns, then behind; empty for none
     */
    record Value(Draft draft, Layout layout, int[] padded) {

        Value(Draft draft, Layout layout) {
            this(draft, layout, new int[0]);
        }

        boolean flat() {
            return layout == Layout.FLAT || layout == Layout.FLAT_LAST;
        }

        /** What a node makes of it that leaves each number in its place. */
        Value with(Draft other) {
            return new Value(other, layout);
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
        values.put(source.input(), new Value(input, shape.length == 2 ? Layout.FLAT : Layout.FIRST));
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

    /** How a value stands in the source. */
    Layout layout(String value) {
        return values.get(value).layout();
    }

    /** The dimension of a value's channels in the source. */
    int channelAxis(Value value, String name) {
        int[] shape = source.shape(name);
        int axis = value.layout() == Layout.LAST ? shape.length - 1 : 1;
        for (int i = 0; value.layout() == Layout.FLAT && i < shape.length; i++) {
            axis = shape[i] > 1 ? i : axis;
        }
        return axis;
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

    /** A signal whose numbers stand in the source as they do here, up to where channels are. */
    Value ordered(SourceNode node, int i) {
        Value value = of(node, i);
        if (value.layout() == Layout.FLAT_LAST) {
            throw node.refuse("takes a flattened image whose channels were last; only a dense layer is read there");
        }
        return value;
    }

    /** An image whose channels are first, with whatever zeros are around it, or a flat signal. */
    Value first(SourceNode node) {
        Value value = padded(node, 0);
        if (value.layout() == Layout.LAST) {
            throw node.refuse("takes an image whose channels are last");
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
