package io.fullynested.onnx.source;

import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.source.Sketch.Layout;
import io.fullynested.onnx.source.Sketch.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Raises what transformers are made of: class tokens, positions, and attention. */
final class Sequences {

    private final Sketch sketch;

    Sequences(Sketch sketch) {
        this.sketch = sketch;
    }

    /** A concatenation of constants with the steps of a sequence behind them: class tokens, and others of that kind. */
    Value prepended(SourceNode node) {
        int last = node.inputs().size() - 1;
        Value x = sketch.raw(node, last);
        int rank = sketch.source.shape(node.output()).length;
        if (x.layout() != Layout.LAST || Math.floorMod(node.number("axis", 1), rank) != rank - 2) {
            throw node.refuse("joins constants with a signal; only class tokens in front of a sequence [N, T, C] are read");
        }
        int channels = sketch.atoms.size(x.draft().atoms);
        List<Float> front = new ArrayList<>();
        for (int i = 0; i < last; i++) {
            for (float value : sketch.needed(node, i).values()) {
                front.add(value);
            }
        }
        Draft tokens = sketch.tokens(x.draft(), front.size() / channels);
        int steps = tokens.columns;
        float[] table = new float[channels * steps];
        for (int i = 0; i < front.size(); i++) {
            table[i % channels * steps + i / channels] = front.get(i);
        }
        return new Value(positions(node, tokens, table), Layout.LAST);
    }

    private Draft positions(SourceNode node, Draft x, float[] table) {
        String name = sketch.unique(x.name + ".positions");
        sketch.tensors.put(name + "/table", new Tensor(new int[] {sketch.atoms.size(x.atoms), x.rows * x.columns}, table));
        return sketch.draft(name, Kind.POSITIONS, List.of(x), x.atoms);
    }

    /**
     * A signal to which a constant of as many numbers is added.
     *
     * @param constant its numbers as the source has them
     * @param sign     −1 if it is taken away
     * @param own      whether nobody else takes the signal
     */
    Value shifted(SourceNode node, Value x, Constant constant, int[] shape, int sign, boolean own) {
        View view = sketch.view(node, x);
        float[] table = new float[Arrays.stream(view.signal()).reduce(1, (a, b) -> a * b)];
        int[] place = new int[shape.length];
        for (int i = 0; i < table.length; i++) {
            int there = view.offset();
            int from = 0;
            for (int d = 0; d < shape.length; d++) {
                int behind = d - (shape.length - constant.dims().length);
                there += place[d] * view.strides()[d];
                from = behind < 0 ? 0 : from * constant.dims()[behind] + (constant.dims()[behind] == 1 ? 0 : place[d]);
            }
            table[there] = sign * constant.values()[from];
            for (int d = shape.length - 1; d >= 0 && ++place[d] == shape[d]; d--) {
                place[d] = 0;
            }
        }
        if (own && x.draft().kind == Kind.POSITIONS) {
            float[] before = sketch.tensors.get(x.draft().name + "/table").data();
            for (int i = 0; i < table.length; i++) {
                before[i] += table[i];
            }
            return x;
        }
        return x.with(positions(node, x.draft(), table));
    }

    /** What ONNX calls an attention since opset 23: of queries, keys and values {@code [N, heads, steps, width]}. */
    Value whole(SourceNode node) {
        int[] shape = sketch.source.shape(node.inputs().get(0));
        if (shape.length != 4 || node.has(3) || node.has(4) || node.number("is_causal", 0) != 0 || node.real("softcap", 0) != 0 || node.outputs().size() > 1) {
            throw node.refuse("is an attention with a mask, a memory or a cap, or of another rank than 4");
        }
        return attention(node, 0, 1 / Math.sqrt(shape[3]));
    }

    /** What {@link Patterns} found to be an attention: of queries, keys whose steps are last, and values. */
    Value attention(SourceNode node) {
        return attention(node, 1, 1);
    }

    /** @param turned 1 if the steps of keys are last, 0 if their numbers are */
    private Value attention(SourceNode node, int turned, double scale) {
        int rank = sketch.source.shape(node.output()).length;
        Draft[] parts = new Draft[3];
        int heads = 1;
        for (int i = 0; i < parts.length; i++) {
            Value x = sketch.raw(node, i);
            int[] shape = sketch.source.shape(node.inputs().get(i));
            int last = i == 1 ? turned : 0;
            int channels = shape.length - 1 - last;
            int steps = shape.length - 2 + last;
            int[] order = sketch.view(node, x).heads(channels, steps)
                    .orElseThrow(() -> node.refuse("is an attention over " + Arrays.toString(shape) + ", which are not heads of one sequence"));
            heads = Math.max(heads, order.length / shape[channels]);
            parts[i] = part(node, x.draft(), order, List.of("queries", "keys", "values").get(i));
        }
        if (sketch.atoms.size(parts[0].atoms) != sketch.atoms.size(parts[1].atoms)) {
            throw node.refuse("compares queries and keys of different widths");
        }
        sketch.atoms.same(parts[0].atoms, parts[1].atoms);
        String base = parts[0].name.replaceFirst("\\.queries$", "");
        sketch.atoms.grouped(base + ".heads", heads, List.of(parts[0].atoms, parts[2].atoms));
        Draft made = sketch.draft(sketch.unique(base + ".attention"), Kind.ATTENTION, List.of(parts), parts[2].atoms);
        made.heads = heads;
        made.scale = node.real("scale", scale);
        made.columns = parts[0].columns;
        made.rows = 1;
        int width = sketch.atoms.size(made.atoms) / heads;
        int[] sizes = new int[rank];
        int[] strides = new int[rank];
        Arrays.fill(sizes, 1);
        System.arraycopy(new int[] {heads, made.columns, width}, 0, sizes, rank - 3, 3);
        System.arraycopy(new int[] {width * made.columns, 1, made.columns}, 0, strides, rank - 3, 3);
        return sketch.seen(made, new View(new int[] {heads * width, 1, made.columns}, 0, sizes, strides));
    }

    /** A signal of these channels: the layer itself, or one with these rows of its weights. */
    private Draft part(SourceNode node, Draft draft, int[] order, String what) {
        if (Arrays.equals(order, IntStream.range(0, sketch.atoms.size(draft.atoms)).toArray())) {
            return sketch.tokens(draft, 0);
        }
        if (draft.kind != Kind.CONVOLUTION || draft.groups != 1) {
            throw node.refuse("takes some channels of '" + draft.name + "' for its " + what + "; only of a layer are they read");
        }
        String name = sketch.unique(draft.name + "." + what);
        Draft made = sketch.draft(name, Kind.CONVOLUTION, draft.of, sketch.atoms.made(name, order.length))
                .window(draft.window);
        made.channels = order.length;
        made.bias = draft.bias;
        made.rows = draft.rows;
        made.columns = draft.columns;
        sketch.tensors.put(name + "/weight", rows(sketch.tensors.get(draft.name + "/weight"), order));
        if (draft.bias) {
            sketch.tensors.put(name + "/bias", rows(sketch.tensors.get(draft.name + "/bias"), order));
        }
        return sketch.tokens(made, 0);
    }

    private static Tensor rows(Tensor tensor, int[] order) {
        int[] shape = tensor.shape().clone();
        int row = tensor.data().length / shape[0];
        shape[0] = order.length;
        float[] picked = new float[order.length * row];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(tensor.data(), order[i] * row, picked, i * row, row);
        }
        return new Tensor(shape, picked);
    }
}
