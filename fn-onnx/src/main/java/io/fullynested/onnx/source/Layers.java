package io.fullynested.onnx.source;

import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.source.Sketch.Layout;
import io.fullynested.onnx.source.Sketch.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Raises what has numbers of its own: convolutions, dense layers, batch norms, and factors and shifts by channel. */
final class Layers {

    /** What batch norms add to variances here; another one is made up for in the variances. */
    private static final double EPSILON = 1e-5;

    private final Sketch sketch;
    private final Sequences sequences;

    Layers(Sketch sketch, Sequences sequences) {
        this.sketch = sketch;
        this.sequences = sequences;
    }

    Value convolution(SourceNode node) {
        Value x = sketch.first(node);
        Constant weight = sketch.needed(node, 1);
        int[] shape = weight.dims();
        if (shape.length != 4) {
            throw node.refuse("has a window of " + (shape.length - 2) + " dimensions; only rows and columns are read");
        }
        int groups = node.number("group", 1);
        if (x.flat()) {
            if (shape[2] != 1 || shape[3] != 1 || groups != 1) {
                throw node.refuse("has a window or groups on a signal of one pixel");
            }
            return dense(node, x, weight.tensor(shape[0], shape[1]), 1, sketch.constant(node, 2));
        }
        int channels = sketch.source.shape(node.inputs().get(0))[1];
        boolean depthwise = groups > 1 && groups == channels && shape[0] == channels;
        String name = sketch.named(node, 1);
        Padding padding = Padding.of(node, new int[] {shape[2], shape[3]}, x, sketch.source);
        Draft made = sketch.draft(name, Kind.CONVOLUTION, List.of(x.draft()), depthwise ? x.draft().atoms : sketch.atoms.made(name, shape[0]))
                .window(padding.window());
        made.channels = shape[0];
        made.groups = groups;
        if (groups > 1 && !depthwise) {
            sketch.atoms.fix(x.draft().atoms);
            sketch.atoms.fix(made.atoms);
        }
        sketch.tensors.put(name + "/weight", padding.widened(weight.tensor()));
        bias(made, sketch.constant(node, 2));
        return new Value(made, Layout.FIRST);
    }

    private void bias(Draft made, Optional<Constant> bias) {
        bias.filter(constant -> !constant.zero()).ifPresent(constant -> {
            made.bias = true;
            sketch.tensors.put(made.name + "/bias", constant.tensor(made.channels));
        });
    }

    /** Zeros around an image; the convolution or pooling that takes it does it. */
    Value pad(SourceNode node) {
        int[] all = node.has(1) ? sketch.needed(node, 1).ints() : node.numbers("pads");
        boolean zero = node.text("mode", "constant").equals("constant") && sketch.constant(node, 2).map(value -> value.values()[0] == 0).orElse(true)
                && node.real("value", 0) == 0;
        if (!zero || node.has(3) || all.length != 8 || all[0] != 0 || all[1] != 0 || all[4] != 0 || all[5] != 0 || Arrays.stream(all).anyMatch(pad -> pad < 0)) {
            throw node.refuse("pads by " + Arrays.toString(all) + "; only zeros around an image are read");
        }
        Value x = sketch.of(node, 0);
        if (x.layout() != Layout.FIRST) {
            throw node.refuse("pads an image whose channels are last, or no image");
        }
        return new Value(x.draft(), x.layout(), new int[] {all[2], all[3], all[6], all[7]}, Optional.empty());
    }

    private Value dense(SourceNode node, Value x, Tensor weight, int index, Optional<Constant> bias) {
        String name = sketch.named(node, index);
        Draft made = sketch.draft(name, Kind.DENSE, List.of(x.draft()), sketch.atoms.made(name, weight.shape()[0]));
        made.channels = weight.shape()[0];
        sketch.tensors.put(name + "/weight", x.layout() == Layout.FLAT_LAST ? channelsFirst(weight, x.draft().of.get(0)) : weight);
        bias(made, bias);
        return new Value(made, Layout.FLAT);
    }

    /** The weights of a dense layer, {@code [O, H·W·C]}, as one needs them that takes {@code C·H·W}. */
    private Tensor channelsFirst(Tensor weight, Draft image) {
        int channels = sketch.atoms.size(image.atoms);
        int outputs = weight.shape()[0];
        int pixels = weight.shape()[1] / channels;
        float[] ordered = new float[weight.data().length];
        for (int i = 0; i < ordered.length; i++) {
            int pixel = i % pixels;
            int channel = i / pixels % channels;
            ordered[i] = weight.data()[(i / pixels / channels * pixels + pixel) * channels + channel];
        }
        return new Tensor(new int[] {outputs, pixels * channels}, ordered);
    }

    Value gemm(SourceNode node) {
        if (node.number("transA", 0) != 0 || node.real("alpha", 1) != 1 || node.real("beta", 1) != 1) {
            throw node.refuse("scales or transposes what it takes");
        }
        Constant weight = sketch.needed(node, 1);
        return product(node, node.number("transB", 0) == 1 ? weight.tensor() : transposed(weight), sketch.constant(node, 2));
    }

    Value matMul(SourceNode node) {
        Constant weight = sketch.needed(node, 1);
        if (weight.dims().length != 2) {
            throw node.refuse("multiplies by " + Arrays.toString(weight.dims()) + "; only a matrix is read");
        }
        return product(node, transposed(weight), Optional.empty());
    }

    /** A dense layer, or one of each position, whose channels are last: a 1×1 convolution. */
    private Value product(SourceNode node, Tensor weight, Optional<Constant> bias) {
        Value x = sketch.of(node, 0);
        if (x.flat()) {
            return dense(node, x, weight, 1, bias);
        }
        if (x.layout() != Layout.LAST) {
            throw node.refuse("is a product over an image");
        }
        String name = sketch.named(node, 1);
        int outputs = weight.shape()[0];
        Draft made = sketch.draft(name, Kind.CONVOLUTION, List.of(x.draft()), sketch.atoms.made(name, outputs));
        made.channels = outputs;
        sketch.tensors.put(name + "/weight", new Tensor(new int[] {outputs, weight.shape()[1], 1, 1}, weight.data()));
        bias(made, bias);
        return x.with(made);
    }

    Value layerNorm(SourceNode node) {
        Value x = sketch.ordered(node, 0);
        int[] shape = sketch.source.shape(node.inputs().get(0));
        int axis = sketch.channelAxis(x, node.inputs().get(0));
        int from = Math.floorMod(node.number("axis", -1), shape.length);
        if (from != axis && Arrays.stream(shape, from, shape.length).reduce(1, (a, b) -> a * b) != shape[axis]) {
            throw node.refuse("normalises from dimension " + from + " of " + Arrays.toString(shape) + "; only channels are read");
        }
        String name = node.has(1) ? sketch.named(node, 1) : sketch.unique(node.name().replaceFirst("^/", "").replace('/', '.'));
        float[] ones = new float[shape[axis]];
        Arrays.fill(ones, 1);
        sketch.tensors.put(name + "/gamma", node.has(1) ? sketch.needed(node, 1).tensor(ones.length) : Tensor.vector(ones));
        sketch.tensors.put(name + "/beta", sketch.constant(node, 2).map(beta -> beta.tensor(ones.length)).orElse(Tensor.zeros(ones.length)));
        Draft made = sketch.draft(name, Kind.LAYER_NORM, List.of(x.draft()), x.draft().atoms);
        made.epsilon = node.real("epsilon", 1e-5);
        return x.with(made);
    }

    private static Tensor transposed(Constant matrix) {
        int rows = matrix.dims()[0];
        int columns = matrix.dims()[1];
        float[] result = new float[matrix.values().length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                result[c * rows + r] = matrix.values()[r * columns + c];
            }
        }
        return new Tensor(new int[] {columns, rows}, result);
    }

    Value batchNorm(SourceNode node) {
        Value x = sketch.of(node, 0);
        if (x.layout() == Layout.LAST || x.layout() == Layout.FLAT_LAST) {
            throw node.refuse("takes channels that are last");
        }
        String name = sketch.named(node, 1);
        Tensor variance = sketch.needed(node, 4).tensor();
        float more = (float) (node.real("epsilon", 1e-5) - EPSILON);
        float[] shifted = variance.data().clone();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] += more;
        }
        return norm(name, x, sketch.needed(node, 1).tensor(), sketch.needed(node, 2).tensor(), sketch.needed(node, 3).tensor(),
                new Tensor(variance.shape(), shifted));
    }

    private Value norm(String name, Value x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance) {
        sketch.tensors.put(name + "/gamma", gamma);
        sketch.tensors.put(name + "/beta", beta);
        sketch.statistics.put(name + "/mean", mean);
        sketch.statistics.put(name + "/variance", variance);
        return x.with(sketch.draft(name, Kind.BATCH_NORM, List.of(x.draft()), x.draft().atoms));
    }

    /**
     * Puts a batch norm behind a layer that changes nothing, or gives a factor the statistics of what it takes.
     *
     * @param found the statistics of the layer's result, or of what the factor takes
     */
    void normalize(Draft draft, Unfold.Statistics found) {
        Tensor bias = draft.factor ? null : sketch.tensors.remove(draft.name + "/bias");
        Draft norm = draft.factor ? draft : behind(draft);
        int channels = found.mean().data().length;
        Tensor factor = draft.factor ? sketch.tensors.get(norm.name + "/gamma") : null;
        Tensor shift = draft.factor ? sketch.tensors.get(norm.name + "/beta") : null;
        float[] gamma = new float[channels];
        float[] beta = new float[channels];
        float[] centred = found.mean().data().clone();
        for (int i = 0; i < channels; i++) {
            double each = factor == null ? 1 : factor.data()[i];
            gamma[i] = (float) (each * Math.sqrt(found.variance().data()[i] + EPSILON));
            beta[i] = (float) (each * centred[i] + (shift == null ? 0 : shift.data()[i]));
            centred[i] -= bias == null ? 0 : bias.data()[i];
        }
        sketch.tensors.put(norm.name + "/gamma", Tensor.vector(gamma));
        sketch.tensors.put(norm.name + "/beta", Tensor.vector(beta));
        sketch.statistics.put(norm.name + "/mean", Tensor.vector(centred));
        sketch.statistics.put(norm.name + "/variance", found.variance());
    }

    private Draft behind(Draft layer) {
        Draft norm = new Draft(sketch.unique(layer.name + ".norm"), Kind.BATCH_NORM, List.of(layer), layer.atoms);
        norm.value = layer.value;
        layer.bias = false;
        sketch.drafts.forEach(draft -> draft.of.replaceAll(of -> of == layer ? norm : of));
        sketch.drafts.add(sketch.drafts.indexOf(layer) + 1, norm);
        return norm;
    }

    /** A signal plus, minus, times or by a constant for each channel; empty if there is no constant. */
    Optional<Value> affine(SourceNode node) {
        Optional<Constant> second = sketch.constant(node, 1);
        Optional<Constant> constant = second.or(() -> sketch.constant(node, 0));
        if (constant.isEmpty()) {
            return Optional.empty();
        }
        int taken = second.isPresent() ? 0 : 1;
        boolean inverse = node.op().equals("Sub") || node.op().equals("Div");
        if (inverse && taken == 1) {
            throw node.refuse("has the constant in front");
        }
        boolean product = node.op().equals("Mul") || node.op().equals("Div");
        Value x = sketch.ordered(node, taken);
        boolean own = sketch.alone(node.inputs().get(taken));
        int[] shape = sketch.source.shape(node.inputs().get(taken));
        if (!product && !x.flat() && !constant.get().scalar() && Arrays.equals(shape, sketch.source.shape(node.output()))
                && !byChannel(shape, sketch.channelAxis(x, node.inputs().get(taken)), constant.get())) {
            return Optional.of(sequences.shifted(node, x, constant.get(), shape, inverse ? -1 : 1, own));
        }
        float[] each = channels(node, x, taken, constant.get());
        for (int i = 0; i < each.length; i++) {
            each[i] = !inverse ? each[i] : product ? 1 / each[i] : -each[i];
        }
        float[] neutral = new float[each.length];
        Arrays.fill(neutral, product ? 0 : 1);
        float[] factor = product ? each : neutral;
        float[] shift = product ? neutral : each;
        return Optional.of(scaled(node, x, factor, shift, own));
    }

    /** A hard sigmoid of whatever slope: that of 1/6, of what was multiplied and moved before. */
    Value hardSigmoid(SourceNode node) {
        Value x = sketch.of(node, 0);
        if (!Signals.isSixth(node)) {
            float[] factor = new float[sketch.atoms.size(x.draft().atoms)];
            float[] shift = factor.clone();
            Arrays.fill(factor, (float) (6 * node.real("alpha", 0.2)));
            Arrays.fill(shift, (float) (6 * node.real("beta", 0.5) - 3));
            // a convolution's result stays that of the source, of which batch norms are put back
            x = scaled(node, x, factor, shift, x.flat() && sketch.alone(node.inputs().get(0)));
        }
        return x.with(sketch.draft(node, Kind.HARD_SIGMOID, List.of(x.draft()), x.draft().atoms));
    }

    /** A signal that is multiplied and moved by channel, by what makes it if nobody else takes that. */
    private Value scaled(SourceNode node, Value x, float[] factor, float[] shift, boolean own) {
        if (own && x.draft().kind != null && x.draft().kind.layer()) {
            change(x.draft(), "weight", "bias", factor, shift);
            x.draft().bias = sketch.tensors.containsKey(x.draft().name + "/bias");
            return x;
        }
        if (own && (x.draft().kind == Kind.BATCH_NORM || x.draft().kind == Kind.LAYER_NORM)) {
            change(x.draft(), "gamma", "beta", factor, shift);
            return x;
        }
        float[] variance = new float[factor.length];
        Arrays.fill(variance, (float) (1 - EPSILON));
        Value made = norm(sketch.unique(node.name().replaceFirst("^/", "").replace('/', '.')), x, Tensor.vector(factor), Tensor.vector(shift),
                Tensor.vector(new float[factor.length]), Tensor.vector(variance));
        made.draft().factor = true;
        return made;
    }

    /** Whether a constant has one number for each channel. */
    private static boolean byChannel(int[] shape, int axis, Constant constant) {
        int behind = constant.dims().length - (shape.length - axis);
        return behind >= 0 && constant.values().length == shape[axis] && constant.dims()[behind] == shape[axis];
    }

    /** The constant of each channel of a signal. */
    private float[] channels(SourceNode node, Value x, int taken, Constant constant) {
        int[] shape = sketch.source.shape(node.inputs().get(taken));
        int[] result = sketch.source.shape(node.output());
        int axis = sketch.channelAxis(x, node.inputs().get(taken));
        float[] each = new float[shape[axis]];
        if (constant.scalar() && Arrays.equals(shape, result)) {
            Arrays.fill(each, constant.values()[0]);
            return each;
        }
        if (!Arrays.equals(shape, result) || !byChannel(shape, axis, constant)) {
            throw node.refuse("takes a constant of " + Arrays.toString(constant.dims()) + " for " + Arrays.toString(shape) + "; one for each channel is read");
        }
        return constant.values().clone();
    }

    /** Lets a layer or a batch norm multiply and add by channel what the source does behind it. */
    private void change(Draft draft, String scale, String offset, float[] factor, float[] shift) {
        Tensor weights = sketch.tensors.get(draft.name + "/" + scale);
        float[] scaled = weights.data().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor[i / (scaled.length / factor.length)];
        }
        sketch.tensors.put(draft.name + "/" + scale, new Tensor(weights.shape(), scaled));
        Tensor before = sketch.tensors.get(draft.name + "/" + offset);
        float[] moved = shift.clone();
        boolean moves = before != null;
        for (int i = 0; i < moved.length; i++) {
            moved[i] += before == null ? 0 : factor[i] * before.data()[i];
            moves |= moved[i] != 0;
        }
        if (moves) {
            sketch.tensors.put(draft.name + "/" + offset, Tensor.vector(moved));
        }
    }
}
