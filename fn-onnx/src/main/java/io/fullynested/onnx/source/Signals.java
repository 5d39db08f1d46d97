package io.fullynested.onnx.source;

import io.fullynested.api.graph.Window;
import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.onnx.source.Sketch.Layout;
import io.fullynested.onnx.source.Sketch.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Raises what has no numbers of its own: activations, sums and products of signals, poolings, and what only arranges them. */
final class Signals {

    /** What gives no negative numbers, so that zeros beside them are never the greatest. */
    private static final Set<Kind> NOT_NEGATIVE = Set.of(Kind.RELU, Kind.RELU6, Kind.SIGMOID, Kind.HARD_SIGMOID, Kind.SOFTMAX);

    private final Sketch sketch;

    Signals(Sketch sketch) {
        this.sketch = sketch;
    }

    Value simple(SourceNode node, Kind kind) {
        Value x = sketch.of(node, 0);
        return x.with(sketch.draft(node, kind, List.of(x.draft()), x.draft().atoms));
    }

    Value gelu(SourceNode node) {
        return simple(node, node.text("approximate", "none").equals("tanh") ? Kind.GELU_TANH : Kind.GELU);
    }

    /** {@code x · sigmoid(alpha x)}. */
    Value swish(SourceNode node) {
        if (node.real("alpha", 1) != 1) {
            throw node.refuse("has alpha " + node.real("alpha", 1) + "; only 1 is read");
        }
        return simple(node, Kind.SILU);
    }

    Value softmax(SourceNode node) {
        int rank = sketch.source.shape(node.output()).length;
        if (sketch.of(node, 0).layout() != Layout.FLAT || rank != 2 || Math.floorMod(node.number("axis", 1), rank) != 1) {
            throw node.refuse("is over an image; only over features is read");
        }
        return simple(node, Kind.SOFTMAX);
    }

    /** Whether a hard sigmoid is {@code clip(x/6 + 1/2, 0, 1)}. */
    static boolean isSixth(SourceNode node) {
        return Math.abs(node.real("alpha", 0.2) - 1 / 6.0) <= 1e-5 && node.real("beta", 0.5) == 0.5;
    }

    Value clip(SourceNode node) {
        double least = sketch.constant(node, 1).map(value -> (double) value.values()[0]).orElse(node.real("min", Double.NEGATIVE_INFINITY));
        double greatest = sketch.constant(node, 2).map(value -> (double) value.values()[0]).orElse(node.real("max", Double.POSITIVE_INFINITY));
        if (least != 0 || greatest != 6 && greatest < Float.MAX_VALUE) {
            throw node.refuse("clips to " + least + ".." + greatest + "; only 0..6 is read");
        }
        return simple(node, greatest == 6 ? Kind.RELU6 : Kind.RELU);
    }

    /** A sum or a product of two signals. */
    Value pair(SourceNode node) {
        if (node.op().equals("Sub") || node.op().equals("Div")) {
            throw node.refuse("is of two signals; only of a signal and a constant is read");
        }
        Kind kind = node.op().equals("Mul") ? Kind.MULTIPLY : Kind.ADD;
        Value a = sketch.of(node, 0);
        Value b = sketch.of(node, 1);
        int[] one = sketch.source.shape(node.inputs().get(0));
        int[] other = sketch.source.shape(node.inputs().get(1));
        boolean equal = Arrays.equals(one, other) && a.layout() == b.layout();
        boolean gate = kind == Kind.MULTIPLY && (a.layout() == Layout.FLAT ? gates(b, other, one) : b.layout() == Layout.FLAT && gates(a, one, other));
        if (!equal && !gate) {
            throw node.refuse("takes signals of different shapes, " + Arrays.toString(one) + " and " + Arrays.toString(other));
        }
        sketch.atoms.same(a.draft().atoms, b.draft().atoms);
        boolean swap = !equal && a.flat();
        List<Draft> of = swap ? List.of(b.draft(), a.draft()) : List.of(a.draft(), b.draft());
        return (swap ? b : a).with(sketch.draft(node, kind, of, a.draft().atoms));
    }

    /** Whether a flat signal of a shape multiplies each channel of an image. */
    private boolean gates(Value image, int[] shape, int[] gate) {
        int axis = image.layout() == Layout.LAST ? shape.length - 1 : 1;
        int there = gate.length - (shape.length - axis);
        return !image.flat() && there >= 0 && gate[there] == shape[axis] && Arrays.stream(gate).reduce(1, (a, b) -> a * b) == shape[axis];
    }

    Value concat(SourceNode node) {
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            parts.add(sketch.ordered(node, i));
        }
        int rank = sketch.source.shape(node.output()).length;
        Layout layout = parts.get(0).layout();
        int axis = layout == Layout.LAST ? rank - 1 : sketch.channelAxis(parts.get(0), node.inputs().get(0));
        if (Math.floorMod(node.number("axis", 1), rank) != axis || parts.stream().map(Value::layout).distinct().count() != 1) {
            throw node.refuse("joins along axis " + node.number("axis", 1) + "; only channels are read");
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<Integer> all = parts.stream().flatMap(part -> part.draft().atoms.stream()).toList();
        return new Value(sketch.draft(node, Kind.CONCAT, parts.stream().map(Value::draft).toList(), all), layout);
    }

    Value maxPool(SourceNode node) {
        Value x = sketch.first(node);
        if (x.padded().length > 0 && !NOT_NEGATIVE.contains(x.draft().kind)) {
            throw node.refuse("takes the greatest of numbers and zeros around them, which may be negative");
        }
        if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
            throw node.refuse("tells where the greatest are");
        }
        int[] kernel = node.pair("kernel_shape");
        Optional<Window> ceil = Padding.ceil(node, kernel, x, sketch.source);
        int[] from = sketch.source.shape(node.inputs().get(0));
        int[] to = sketch.source.shape(node.output());
        if (ceil.isEmpty() || x.padded().length == 0 && fits(ceil.get().rows(), from[2], to[2]) && fits(ceil.get().columns(), from[3], to[3])) {
            return pool(node, Kind.MAX_POOL);
        }
        Draft made = sketch.draft(node, Kind.MAX_POOL, List.of(x.draft()), x.draft().atoms).window(ceil.get());
        made.ceil = true;
        return x.with(made);
    }

    private static boolean fits(Window.Side side, int from, int to) {
        return from + 2 * side.padding() >= side.reach() && side.apply(from) == to;
    }

    Value averagePool(SourceNode node) {
        int[] shape = sketch.source.shape(node.inputs().get(0));
        int[] kernel = node.numbers("kernel_shape");
        boolean pads = Arrays.stream(node.numbers("pads", 0)).anyMatch(pad -> pad != 0) || node.text("auto_pad", "NOTSET").startsWith("SAME");
        boolean whole = shape.length == 4 && kernel[0] == shape[2] && kernel[1] == shape[3] && !pads;
        if (whole && sketch.padded(node, 0).padded().length == 0) {
            return global(node);
        }
        if (pads && node.number("count_include_pad", 0) == 0) {
            throw node.refuse("does not count the pixels that it pads with");
        }
        return pool(node, Kind.AVERAGE_POOL);
    }

    private Value pool(SourceNode node, Kind kind) {
        Value x = sketch.first(node);
        return x.with(sketch.draft(node, kind, List.of(x.draft()), x.draft().atoms)
                .window(Padding.fixed(node, node.pair("kernel_shape"), x, sketch.source)));
    }

    Value global(SourceNode node) {
        Value x = sketch.of(node, 0);
        return x.flat() ? x : new Value(sketch.draft(node, Kind.GLOBAL_AVERAGE_POOL, List.of(x.draft()), x.draft().atoms), Layout.FLAT);
    }

    Value mean(SourceNode node) {
        int[] axes = node.has(1) ? sketch.needed(node, 1).ints() : node.numbers("axes");
        int rank = sketch.source.shape(node.inputs().get(0)).length;
        boolean last = sketch.ordered(node, 0).layout() == Layout.LAST;
        int[] pixels = IntStream.range(last ? 1 : 2, last ? rank - 1 : rank).toArray();
        if (!Arrays.equals(Arrays.stream(axes).map(axis -> Math.floorMod(axis, rank)).sorted().toArray(), pixels)) {
            throw node.refuse("is a mean over the axes " + Arrays.toString(axes) + "; only over all pixels is read");
        }
        return global(node);
    }
}
