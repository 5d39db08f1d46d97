package io.fullynested.onnx.source;

import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
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
        FLAT_LAST,
        /** Some of the numbers, or in another order: a {@link View} of them. */
        VIEW
    }

    /**
     * A value: who makes it, and how it stands in the source. A signal of one pixel, as what follows a global pooling is in ONNX, is a flat one.
     *
     * @param padded zeros that a node before has put around it, before rows and columns, then behind; empty for none
     * @param view   of {@link Layout#VIEW} only
     */
    record Value(Draft draft, Layout layout, int[] padded, Optional<View> view) {

        Value(Draft draft, Layout layout) {
            this(draft, layout, new int[0], Optional.empty());
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
    private final Map<Draft, Draft> sequences = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    Sketch(SourceGraph source) {
        this.source = source;
        source.nodes().forEach(node -> node.inputs().forEach(value -> uses.merge(value, 1, Integer::sum)));
        uses.merge(source.output(), 1, Integer::sum);
        int[] shape = source.shape(source.input());
        Draft input = new Draft("", null, List.of(), atoms.fixed(shape[1]));
        input.value = source.input();
        input.rows = shape.length == 4 ? shape[2] : 1;
        input.columns = shape.length == 4 ? shape[3] : 1;
        atoms.fix(input.atoms);
        values.put(source.input(), new Value(input, shape.length == 2 ? Layout.FLAT : Layout.FIRST));
    }

    /** Notes what a value of the source is. */
    void put(String name, Value value) {
        values.put(name, value);
        Draft draft = value.draft();
        int[] shape = source.shape(name);
        if (draft.rows == 0) {
            int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            boolean image = shape.length == 4 && !value.flat();
            draft.rows = image ? shape[value.layout() == Layout.LAST ? 1 : 2] : 1;
            draft.columns = value.flat() ? 1 : elements / atoms.size(draft.atoms) / draft.rows;
        }
    }

    Value value(String name) {
        return values.get(name);
    }

    /** Where the numbers of a value that a node takes stand among those of the signal here. */
    View view(SourceNode node, Value x) {
        int[] shape = source.shape(node.inputs().get(0));
        int[] signal = {atoms.size(x.draft().atoms), x.draft().rows, x.draft().columns};
        return switch (x.layout()) {
            case VIEW -> x.view().orElseThrow();
            case FIRST, FLAT -> View.first(signal, shape);
            case LAST -> View.last(signal, shape);
            case FLAT_LAST -> throw node.refuse("takes a flattened image whose channels were last; only a dense layer is read there");
        };
    }

    /** A value as what its view is. */
    Value seen(Draft draft, View view) {
        Layout layout = view.isFirst() ? view.positions() == 1 ? Layout.FLAT : Layout.FIRST : view.isLast() ? Layout.LAST : Layout.VIEW;
        return new Value(draft, layout, new int[0], layout == Layout.VIEW ? Optional.of(view) : Optional.empty());
    }

    /** A signal as a sequence, behind steps of zeros. */
    Draft tokens(Draft x, int leading) {
        if (leading == 0 && x.sequence()) {
            return x;
        }
        Draft known = leading == 0 ? sequences.get(x) : null;
        if (known != null) {
            return known;
        }
        Draft made = draft(unique((x.name.isEmpty() ? "input" : x.name) + ".tokens"), Kind.TOKENS, List.of(x), x.atoms);
        made.leading = leading;
        made.rows = 1;
        made.columns = leading + x.rows * x.columns;
        if (leading == 0) {
            sequences.put(x, made);
        }
        return made;
    }

    /** A value as those take it who compute with it: pixels that stand in a row as a sequence, some steps of a sequence as one of their own. */
    private Value settled(SourceNode node, String name) {
        Value x = values.get(name);
        int[] shape = source.shape(name);
        boolean rows = x.layout() == Layout.LAST || x.layout() == Layout.FIRST;
        if (rows && !x.draft().sequence() && (shape.length < 4 || x.draft().rows > 1 && Arrays.stream(shape).filter(extent -> extent > 1).count() < 3
                && x.draft().columns > 1 && atoms.size(x.draft().atoms) > 1)) {
            return new Value(tokens(x.draft(), 0), x.layout());
        }
        if (x.layout() != Layout.VIEW) {
            return x;
        }
        View view = x.view().orElseThrow();
        boolean first = view.range(false).isEmpty();
        int[] range = view.range(first).orElseThrow(() -> node.refuse("takes some of the numbers of '" + x.draft().name + "', or all in another order, as "
                + Arrays.toString(shape)));
        Draft sequence = tokens(x.draft(), 0);
        Draft steps = draft(unique(sequence.name + ".steps"), Kind.STEPS, List.of(sequence), sequence.atoms);
        steps.from = range[0];
        steps.to = range[0] + range[1];
        steps.rows = 1;
        steps.columns = range[1];
        if (range[1] > 1) {
            return new Value(steps, first ? Layout.FIRST : Layout.LAST);
        }
        Draft flat = draft(unique(steps.name + ".flat"), Kind.FLATTEN, List.of(steps), steps.atoms);
        flat.rows = 1;
        flat.columns = 1;
        return new Value(flat, Layout.FLAT);
    }

    boolean knows(String value) {
        return values.containsKey(value);
    }

    /** Who makes the output. */
    Draft result() {
        return values.get(source.output()).draft();
    }

    /** Forgets what the output does not depend on. */
    void prune() {
        Set<Draft> needed = new HashSet<>(Set.of(result()));
        for (int i = drafts.size() - 1; i >= 0; i--) {
            if (needed.contains(drafts.get(i))) {
                needed.addAll(drafts.get(i).of);
            } else {
                String name = drafts.remove(i).name;
                tensors.keySet().removeIf(tensor -> tensor.startsWith(name + "/"));
                statistics.keySet().removeIf(tensor -> tensor.startsWith(name + "/"));
            }
        }
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
        raw(node, i);
        String name = node.inputs().get(i);
        Value settled = settled(node, name);
        values.put(name, settled);
        return settled;
    }

    /** A signal that a node takes, however its numbers stand. */
    Value raw(SourceNode node, int i) {
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
        String layer = layer(node.inputs().get(weights), ".weight").or(() -> shift(node)).orElse("");
        return unique(layer.isEmpty() || names.contains(layer) ? plain(node) : layer);
    }

    private static Optional<String> layer(String tensor, String end) {
        return tensor.endsWith(end) ? Optional.of(tensor.substring(0, tensor.length() - end.length()).replace('/', '.')) : Optional.empty();
    }

    /** The layer that a bias is of which is added to a product: exporters write transposed weights under names of their own. */
    private Optional<String> shift(SourceNode product) {
        return source.nodes().stream().filter(node -> node.op().equals("Add") && node.inputs().contains(product.output())).findFirst()
                .flatMap(node -> node.inputs().stream().flatMap(input -> layer(input, ".bias").stream()).findFirst());
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
