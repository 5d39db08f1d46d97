package io.fullynested.onnx.source;

import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.source.Sketch.Layout;
import io.fullynested.onnx.source.Sketch.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A pass over the nodes of a source that finds the operator each stands for: the table ONNX operator → operator. */
final class Raising {

    /** What leaves the numbers of a value what they are. */
    private static final Set<String> MOVES = Set.of("Transpose", "Squeeze", "Unsqueeze", "Reshape", "Flatten", "Identity", "Gather", "Slice", "Split");

    private final SourceGraph read;
    private final Sketch sketch;
    private final Layers layers;
    private final Signals signals;
    private final Moves moves;
    private final Sequences sequences;
    private final Map<String, Function<SourceNode, Value>> operators;

    Raising(SourceGraph source) {
        this.read = source;
        this.sketch = new Sketch(Patterns.found(source));
        this.sequences = new Sequences(sketch);
        this.layers = new Layers(sketch, sequences);
        this.signals = new Signals(sketch);
        this.moves = new Moves(sketch);
        this.operators = operators();
    }

    /**
     * Finds all operators.
     *
     * @throws IllegalArgumentException if there are nodes that none stands for, naming the first one and counting the others
     */
    Raising run() {
        SourceGraph source = sketch.source;
        Map<String, Integer> refused = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>();
        String first = null;
        for (SourceNode node : source.nodes()) {
            if (operators.containsKey(node.op()) && node.inputs().stream().anyMatch(value -> source.shapes().containsKey(value) && !sketch.knows(value))) {
                continue; // it takes what could not be read
            }
            try {
                Value value = value(node);
                if (value.padded().length == 0 && (!MOVES.contains(node.op()) || value.draft().value.isEmpty())) {
                    value.draft().value = node.output();
                }
                sketch.put(node.output(), value);
            } catch (UnsupportedNodeException e) {
                first = first == null ? e.getMessage() : first;
                refused.merge(node.op(), 1, Integer::sum);
                names.add(e.node());
            }
        }
        if (first != null) {
            int count = refused.values().stream().mapToInt(i -> i).sum();
            String others = count == 1 ? "" : "; nor can others be read: " + refused.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey())
                    .collect(Collectors.joining(", ", "in all ", ""));
            throw new IllegalArgumentException(first + others + (first.contains("Maybe") ? "" : Cut.maybe(read.nodes(), read.input(), List.of(read.output()), names)));
        }
        if (!sketch.knows(source.output())) {
            throw new IllegalArgumentException("its output '" + source.output() + "' does not depend on its input");
        }
        Layout layout = sketch.value(source.output()).layout();
        if (layout == Layout.VIEW || layout == Layout.LAST) {
            throw new IllegalArgumentException("its output '" + source.output() + "' has its channels last, or numbers in another order; only what is flat, or has "
                    + "channels first, is read");
        }
        sketch.atoms.fix(sketch.result().atoms);
        sketch.prune();
        return this;
    }

    /** What is known, by its name in ONNX or by the one that {@link Patterns} gives it. */
    private Map<String, Function<SourceNode, Value>> operators() {
        Map<String, Function<SourceNode, Value>> table = new HashMap<>();
        table.put("Conv", layers::convolution);
        table.put("Gemm", layers::gemm);
        table.put("MatMul", layers::matMul);
        table.put("LayerNormalization", layers::layerNorm);
        table.put("BatchNormalization", layers::batchNorm);
        table.put("Pad", layers::pad);
        table.put("Relu", node -> signals.simple(node, Kind.RELU));
        table.put("Sigmoid", node -> signals.simple(node, Kind.SIGMOID));
        table.put("Tanh", node -> signals.simple(node, Kind.TANH));
        table.put("Gelu", signals::gelu);
        table.put("Swish", signals::swish);
        table.put("HardSwish", node -> signals.simple(node, Kind.HARD_SWISH));
        table.put("HardSigmoid", layers::hardSigmoid);
        table.put("Clip", signals::clip);
        table.put("Softmax", signals::softmax);
        for (String op : List.of("Add", "Sub", "Mul", "Div")) {
            table.put(op, node -> layers.affine(node).orElseGet(() -> signals.pair(node)));
        }
        table.put("Concat", node -> sketch.constant(node, 0).isPresent() ? sequences.prepended(node) : signals.concat(node));
        table.put(Patterns.ATTENTION, sequences::attention);
        table.put("Attention", sequences::whole);
        table.put("MaxPool", signals::maxPool);
        table.put("AveragePool", signals::averagePool);
        table.put("GlobalAveragePool", signals::global);
        table.put("ReduceMean", signals::mean);
        for (String op : List.of("Flatten", "Reshape", "Squeeze", "Unsqueeze")) {
            table.put(op, moves::reshape);
        }
        table.put("Gather", moves::gather);
        table.put("Slice", moves::slice);
        table.put("Split", moves::split);
        table.put("Transpose", moves::transpose);
        for (String op : List.of("Identity", "Dropout", "Cast")) {
            table.put(op, node -> sketch.raw(node, 0));
        }
        return table;
    }

    private Value value(SourceNode node) {
        Function<SourceNode, Value> operator = operators.get(node.op());
        if (operator == null) {
            throw node.refuse("has no operator here");
        }
        return operator.apply(node);
    }

    /** Whether convolutions come without a batch norm, as exporters leave them that fold it away, or with one that has no statistics. */
    boolean folded() {
        return sketch.drafts.stream().anyMatch(draft -> draft.factor || Unfold.lacks(draft, sketch.drafts));
    }

    /**
     * Puts batch norms behind the convolutions that have none, and gives those statistics that are mere factors. Nothing else changes, as
     * they have the statistics that they are told.
     *
     * @param images what the network was trained on, {@code [n, C, H, W]}, in its own units
     */
    Raising unfold(Path file, Tensor images) throws IOException {
        List<Draft> bare = sketch.drafts.stream().filter(draft -> Unfold.lacks(draft, sketch.drafts)).toList();
        List<Draft> factors = sketch.drafts.stream().filter(draft -> draft.factor).toList();
        Set<String> observed = bare.stream().map(draft -> draft.value).collect(Collectors.toCollection(LinkedHashSet::new));
        factors.forEach(draft -> observed.add(draft.of.get(0).value));
        Map<String, Unfold.Statistics> found = Unfold.of(file, sketch.source, observed, sketch::layout, images);
        bare.forEach(layer -> layers.normalize(layer, found.get(layer.value)));
        factors.forEach(factor -> layers.normalize(factor, found.get(factor.of.get(0).value)));
        return this;
    }

    /** The nodes in order; the last one makes the result. */
    List<Draft> drafts() {
        return sketch.drafts;
    }

    Atoms atoms() {
        return sketch.atoms;
    }

    Map<String, Tensor> tensors() {
        return sketch.tensors;
    }

    Map<String, Tensor> statistics() {
        return sketch.statistics;
    }
}
