package io.fullynested.onnx.source;

import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.onnx.source.Sketch.Layout;
import io.fullynested.onnx.source.Sketch.Value;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Raises what only says how numbers stand, or takes some of them; whoever needs them shows what it was for. */
final class Moves {

    private final Sketch sketch;

    Moves(Sketch sketch) {
        this.sketch = sketch;
    }

    Value reshape(SourceNode node) {
        Value x = sketch.raw(node, 0);
        int[] to = sketch.source.shape(node.output());
        if (Arrays.equals(to, sketch.source.shape(node.inputs().get(0)))) {
            return x;
        }
        boolean flattens = Arrays.stream(to).filter(extent -> extent > 1).count() <= 1;
        if (x.flat() && flattens) {
            return x;
        }
        if (x.layout() != Layout.VIEW && flattens && to[0] == 1 && to.length > 1) {
            Value image = sketch.of(node, 0);
            int[] shape = sketch.source.shape(node.inputs().get(0));
            boolean last = image.layout() == Layout.LAST && shape[shape.length - 1] > 1;
            return new Value(sketch.draft(node, Kind.FLATTEN, List.of(image.draft()), image.draft().atoms), last ? Layout.FLAT_LAST : Layout.FLAT);
        }
        View view = sketch.view(node, x).reshaped(to)
                .orElseThrow(() -> node.refuse("gives " + Arrays.toString(to) + " of numbers that were put in another order before; that is not read"));
        return sketch.seen(x.draft(), view);
    }

    Value transpose(SourceNode node) {
        Value x = sketch.raw(node, 0);
        int[] order = node.numbers("perm");
        if (x.draft().name.isEmpty() && Arrays.equals(order, new int[] {0, 3, 1, 2})) {
            throw node.refuse("takes images whose channels are last. Maybe export it with channels first, as tf2onnx does with --inputs-as-nchw?");
        }
        if (order.length == 0) {
            throw node.refuse("does not say in which order it puts the dimensions");
        }
        return x.flat() ? x : sketch.seen(x.draft(), sketch.view(node, x).transposed(order));
    }

    /** One or some in a row of a dimension; of a flat signal all in their order, as PyTorch's newer exporter writes a view of strides. */
    Value gather(SourceNode node) {
        Value x = sketch.raw(node, 0);
        Constant indices = sketch.needed(node, 1);
        int[] shape = sketch.source.shape(node.inputs().get(0));
        int axis = Math.floorMod(node.number("axis", 0), shape.length);
        int[] picked = Arrays.stream(indices.ints()).map(index -> Math.floorMod(index, shape[axis])).toArray();
        boolean whole = picked.length == shape[axis];
        if (picked.length == 0 || indices.dims().length > 1 && !(whole && x.flat()) || !Arrays.equals(picked, IntStream.range(picked[0], picked[0] + picked.length).toArray())) {
            throw node.refuse("picks some of the numbers of a signal, not in a row");
        }
        if (whole && (indices.dims().length == 1 || x.flat())) {
            return x;
        }
        View part = sketch.view(node, x).part(axis, picked[0], picked.length);
        return sketch.seen(x.draft(), indices.dims().length == 0 ? part.without(axis) : part);
    }

    Value slice(SourceNode node) {
        Value x = sketch.raw(node, 0);
        int[] shape = sketch.source.shape(node.inputs().get(0));
        int[] starts = node.has(1) ? sketch.needed(node, 1).ints() : node.numbers("starts");
        int[] axes = node.has(3) ? sketch.needed(node, 3).ints() : node.numbers("axes", IntStream.range(0, starts.length).toArray());
        if (node.has(4) && Arrays.stream(sketch.needed(node, 4).ints()).anyMatch(step -> step != 1)) {
            throw node.refuse("leaves out numbers between those it takes");
        }
        int[] to = sketch.source.shape(node.output());
        if (Arrays.equals(shape, to)) {
            return x;
        }
        View view = sketch.view(node, x);
        for (int i = 0; i < axes.length; i++) {
            int axis = Math.floorMod(axes[i], shape.length);
            int from = Math.max(0, Math.min(starts[i] < 0 ? starts[i] + shape[axis] : starts[i], shape[axis] - to[axis]));
            view = view.part(axis, from, to[axis]);
        }
        return sketch.seen(x.draft(), view);
    }

    /** Parts in a row; all but the first are noted here. */
    Value split(SourceNode node) {
        Value x = sketch.raw(node, 0);
        int axis = Math.floorMod(node.number("axis", 0), sketch.source.shape(node.inputs().get(0)).length);
        View view = sketch.view(node, x);
        int from = 0;
        for (String output : node.outputs()) {
            int count = sketch.source.shape(output)[axis];
            sketch.put(output, sketch.seen(x.draft(), view.part(axis, from, count)));
            from += count;
        }
        return sketch.value(node.output());
    }
}
