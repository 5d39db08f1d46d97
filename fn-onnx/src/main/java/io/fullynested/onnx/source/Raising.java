package io.fullynested.onnx.source;

import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A pass over the nodes of a source that finds the operator each stands for: the table ONNX operator → operator. A signal of one pixel, as
 * what follows a global pooling is in ONNX, is a flat one here, and a convolution on it a dense layer.
 */
final class Raising {

    /** What batch norms add to variances here; another one is made up for in the variances. */
    private static final double EPSILON = 1e-5;

    /** A value: who makes it, and whether it is flat here. */
    private record Value(Draft draft, boolean flat) {
    }

    private final SourceGraph source;
    private final Atoms atoms = new Atoms();
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Map<String, int[]> pads = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<String, Tensor> tensors = new TreeMap<>();
    private final Map<String, Tensor> statistics = new TreeMap<>();
    private final Draft input;

    Raising(SourceGraph source) {
        this.source = source;
        source.nodes().forEach(node -> node.inputs().forEach(value -> uses.merge(value, 1, Integer::sum)));
        int[] shape = source.shape(source.input());
        input = new Draft("", null, List.of(), atoms.fixed(shape[1]));
        atoms.fix(input.atoms);
        // a row of numbers comes as an image of one pixel
        values.put(source.input(), shape.length == 2 ? new Value(draft(unique("row"), Kind.FLATTEN, List.of(input), input.atoms), true)
                : new Value(input, false));
    }

    /**
     * Finds all operators.
     *
     * @throws IllegalArgumentException if there are nodes that none stands for, naming the first one and counting the others
     */
    Raising run() {
        Map<String, Integer> refused = new LinkedHashMap<>();
        String first = null;
        for (SourceNode node : source.nodes()) {
            if (node.inputs().stream().anyMatch(value -> source.shapes().containsKey(value) && !values.containsKey(value))) {
                continue; // it takes what could not be read
            }
            try {
                Value value = value(node);
                value.draft().value = node.output();
                values.put(node.output(), value);
            } catch (UnsupportedNodeException e) {
                first = first == null ? e.getMessage() : first;
                refused.merge(node.op(), 1, Integer::sum);
            }
        }
        if (first != null) {
            int count = refused.values().stream().mapToInt(i -> i).sum();
            throw new IllegalArgumentException(first + (count == 1 ? "" : "; nor can others be read: " + refused.entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey()).collect(Collectors.joining(", ", "in all ", ""))));
        }
        atoms.fix(values.get(source.output()).draft().atoms);
        return this;
    }

    /** Whether convolutions come without a batch norm, as exporters leave them that fold it away. */
    boolean folded() {
        return drafts.stream().anyMatch(draft -> Unfold.lacks(draft, drafts));
    }

    /**
     * Puts batch norms behind the convolutions that have none. Nothing else changes, as they have the statistics that they are told.
     *
     * @param images what the network was trained on, {@code [n, C, H, W]}, in its own units
     */
    Raising unfold(Path file, Tensor images) throws IOException {
        List<Draft> bare = drafts.stream().filter(draft -> Unfold.lacks(draft, drafts)).toList();
        Set<String> observed = bare.stream().map(draft -> draft.value).collect(Collectors.toCollection(LinkedHashSet::new));
        Map<String, Unfold.Statistics> found = Unfold.of(file, source.input(), observed, images);
        for (Draft layer : bare) {
            Draft norm = new Draft(unique(layer.name + ".norm"), Kind.BATCH_NORM, List.of(layer), layer.atoms);
            norm.value = layer.value;
            drafts.forEach(draft -> draft.of.replaceAll(of -> of == layer ? norm : of));
            drafts.add(drafts.indexOf(layer) + 1, norm);
            Tensor mean = found.get(layer.value).mean();
            Tensor variance = found.get(layer.value).variance();
            Tensor bias = tensors.remove(layer.name + "/bias");
            float[] gamma = new float[layer.channels];
            float[] centred = mean.data().clone();
            for (int i = 0; i < gamma.length; i++) {
                gamma[i] = (float) Math.sqrt(variance.data()[i] + EPSILON);
                centred[i] -= bias == null ? 0 : bias.data()[i];
            }
            layer.bias = false;
            tensors.put(norm.name + "/gamma", Tensor.vector(gamma));
            tensors.put(norm.name + "/beta", mean);
            statistics.put(norm.name + "/mean", Tensor.vector(centred));
            statistics.put(norm.name + "/variance", variance);
        }
        return this;
    }

    /** The nodes in order; the last one makes the result. */
    List<Draft> drafts() {
        return drafts;
    }

    Atoms atoms() {
        return atoms;
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    Map<String, Tensor> statistics() {
        return statistics;
    }

    private Value value(SourceNode node) {
        return switch (node.op()) {
            case "Conv" -> convolution(node);
            case "Gemm" -> gemm(node);
            case "MatMul" -> matMul(node);
            case "BatchNormalization" -> batchNorm(node);
            case "Relu" -> simple(node, Kind.RELU);
            case "Sigmoid" -> simple(node, Kind.SIGMOID);
            case "HardSwish" -> simple(node, Kind.HARD_SWISH);
            case "HardSigmoid" -> hardSigmoid(node);
            case "Clip" -> clip(node);
            case "Add" -> add(node);
            case "Mul" -> multiply(node);
            case "Concat" -> concat(node);
            case "MaxPool" -> maxPool(node);
            case "AveragePool" -> averagePool(node);
            case "GlobalAveragePool" -> global(node);
            case "ReduceMean" -> mean(node);
            case "Flatten", "Reshape", "Squeeze", "Unsqueeze" -> reshape(node);
            case "Pad" -> pad(node);
            case "Softmax" -> simple(node, Kind.SOFTMAX);
            case "Identity", "Dropout", "Cast" -> of(node, 0);
            default -> throw node.refuse("has no operator here");
        };
    }

    private Value of(SourceNode node, int i) {
        Value value = values.get(node.inputs().get(i));
        if (value == null) {
            throw node.refuse("takes a constant where a signal is expected");
        }
        return value;
    }

    private Optional<Constant> constant(SourceNode node, int i) {
        return node.has(i) ? Optional.ofNullable(source.constants().get(node.inputs().get(i))) : Optional.empty();
    }

    private Constant needed(SourceNode node, int i) {
        return constant(node, i).orElseThrow(() -> node.refuse("has no constant '" + (node.has(i) ? node.inputs().get(i) : "input " + i) + "'"));
    }

    private Draft draft(SourceNode node, Kind kind, List<Draft> of, List<Integer> made) {
        return draft(unique(node.name().replaceFirst("^/", "").replaceFirst("/" + node.op() + "$", "").replace('/', '.')), kind, of, made);
    }

    private Draft draft(String name, Kind kind, List<Draft> of, List<Integer> made) {
        Draft draft = new Draft(name, kind, of, made);
        drafts.add(draft);
        return draft;
    }

    /** A name that is legal and not taken: of the layer in the user's program, where its weights have such a name. */
    private String named(SourceNode node, int weights) {
        String tensor = node.inputs().get(weights);
        boolean own = tensor.endsWith(".weight") && !names.contains(tensor.substring(0, tensor.length() - ".weight".length()));
        return unique(own ? tensor.substring(0, tensor.length() - ".weight".length()).replace('/', '.')
                : node.name().replaceFirst("^/", "").replaceFirst("/" + node.op() + "$", "").replace('/', '.'));
    }

    private String unique(String name) {
        String unique = name;
        for (int i = 2; !names.add(unique); i++) {
            unique = name + "-" + i;
        }
        return unique;
    }

    private Value simple(SourceNode node, Kind kind) {
        Value x = of(node, 0);
        if (kind == Kind.SOFTMAX && (!x.flat() || source.shape(node.output()).length != 2)) {
            throw node.refuse("is over an image; only over features is read");
        }
        return new Value(draft(node, kind, List.of(x.draft()), x.draft().atoms), x.flat());
    }

    private Value convolution(SourceNode node) {
        Value x = of(node, 0);
        Constant weight = needed(node, 1);
        int[] shape = weight.dims();
        if (shape.length != 4 || shape[2] != shape[3]) {
            throw node.refuse("has a window of " + Arrays.toString(Arrays.copyOfRange(shape, 2, shape.length)) + "; only square ones are read");
        }
        int groups = node.number("group", 1);
        if (x.flat()) {
            if (shape[2] != 1 || groups != 1) {
                throw node.refuse("has a window or groups on a signal of one pixel");
            }
            return dense(node, x, weight.tensor(shape[0], shape[1]), 1, constant(node, 2));
        }
        int channels = source.shape(node.inputs().get(0))[1];
        boolean depthwise = groups > 1 && groups == channels && shape[0] == channels;
        String name = named(node, 1);
        Draft made = draft(name, Kind.CONVOLUTION, List.of(x.draft()), depthwise ? x.draft().atoms : atoms.made(name, shape[0]))
                .window(shape[2], node.equal("strides", 1), padding(node, shape[2]), node.equal("dilations", 1));
        made.channels = shape[0];
        made.groups = groups;
        if (groups > 1 && !depthwise) {
            atoms.fix(x.draft().atoms);
            atoms.fix(made.atoms);
        }
        tensors.put(name + "/weight", weight.tensor());
        bias(made, constant(node, 2));
        return new Value(made, false);
    }

    private void bias(Draft made, Optional<Constant> bias) {
        bias.filter(constant -> !constant.zero()).ifPresent(constant -> {
            made.bias = true;
            tensors.put(made.name + "/bias", constant.tensor(made.channels));
        });
    }

    private int padding(SourceNode node, int kernel) {
        String auto = node.text("auto_pad", "NOTSET");
        int own;
        if (auto.startsWith("SAME")) {
            int reach = node.equal("dilations", 1) * (kernel - 1);
            if (node.equal("strides", 1) != 1 || reach % 2 != 0) {
                throw node.refuse("pads its sides unequally (" + auto + ")");
            }
            own = reach / 2;
        } else {
            own = auto.equals("VALID") ? 0 : node.equal("pads", 0);
        }
        int[] before = pads.getOrDefault(node.inputs().get(0), new int[1]);
        return own + before[0];
    }

    private Value pad(SourceNode node) {
        int[] all = node.has(1) ? needed(node, 1).ints() : node.numbers("pads");
        boolean zero = node.text("mode", "constant").equals("constant") && constant(node, 2).map(value -> value.values()[0] == 0).orElse(true)
                && node.real("value", 0) == 0;
        if (!zero || all.length != 8 || all[0] + all[1] + all[4] + all[5] != 0 || Set.of(all[2]).size() != 1 || all[2] != all[3] || all[2] != all[6]
                || all[2] != all[7]) {
            throw node.refuse("pads by " + Arrays.toString(all) + "; only zeros, as many on each side, are read");
        }
        pads.put(node.output(), new int[] {all[2]});
        return of(node, 0);
    }

    private Value dense(SourceNode node, Value x, Tensor weight, int index, Optional<Constant> bias) {
        String name = named(node, index);
        Draft made = draft(name, Kind.DENSE, List.of(x.draft()), atoms.made(name, weight.shape()[0]));
        made.channels = weight.shape()[0];
        tensors.put(name + "/weight", weight);
        bias(made, bias);
        return new Value(made, true);
    }

    private Value gemm(SourceNode node) {
        if (node.number("transA", 0) != 0 || node.real("alpha", 1) != 1 || node.real("beta", 1) != 1) {
            throw node.refuse("scales or transposes what it takes");
        }
        Constant weight = needed(node, 1);
        return dense(node, flat(node), node.number("transB", 0) == 1 ? weight.tensor() : transposed(weight), 1, constant(node, 2));
    }

    private Value matMul(SourceNode node) {
        return dense(node, flat(node), transposed(needed(node, 1)), 1, Optional.empty());
    }

    private Value flat(SourceNode node) {
        Value x = of(node, 0);
        if (!x.flat()) {
            throw node.refuse("is a product over an image");
        }
        return x;
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

    private Value batchNorm(SourceNode node) {
        Value x = of(node, 0);
        String name = named(node, 1);
        Tensor variance = needed(node, 4).tensor();
        float more = (float) (node.real("epsilon", 1e-5) - EPSILON);
        float[] shifted = variance.data().clone();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] += more;
        }
        tensors.put(name + "/gamma", needed(node, 1).tensor());
        tensors.put(name + "/beta", needed(node, 2).tensor());
        statistics.put(name + "/mean", needed(node, 3).tensor());
        statistics.put(name + "/variance", new Tensor(variance.shape(), shifted));
        return new Value(draft(name, Kind.BATCH_NORM, List.of(x.draft()), x.draft().atoms), x.flat());
    }

    private Value hardSigmoid(SourceNode node) {
        if (Math.abs(node.real("alpha", 0.2) - 1 / 6.0) > 1e-6 || node.real("beta", 0.5) != 0.5) {
            throw node.refuse("has alpha " + node.real("alpha", 0.2) + "; only 1/6 is read");
        }
        return simple(node, Kind.HARD_SIGMOID);
    }

    private Value clip(SourceNode node) {
        double least = constant(node, 1).map(value -> (double) value.values()[0]).orElse(node.real("min", Double.NEGATIVE_INFINITY));
        double greatest = constant(node, 2).map(value -> (double) value.values()[0]).orElse(node.real("max", Double.POSITIVE_INFINITY));
        if (least != 0 || greatest != 6 && greatest < Float.MAX_VALUE) {
            throw node.refuse("clips to " + least + ".." + greatest + "; only 0..6 is read");
        }
        return simple(node, greatest == 6 ? Kind.RELU6 : Kind.RELU);
    }

    private Value add(SourceNode node) {
        for (int i = 0; i < 2; i++) {
            Optional<Constant> shift = constant(node, i);
            if (shift.isPresent()) {
                return shifted(node, of(node, 1 - i), node.inputs().get(1 - i), shift.get());
            }
        }
        return pair(node, Kind.ADD, false);
    }

    private Value shifted(SourceNode node, Value x, String taken, Constant shift) {
        Draft layer = x.draft();
        if (!layer.kind.layer() || layer.bias || uses.get(taken) != 1 || shift.values().length != layer.channels) {
            throw node.refuse("adds a constant to what is no layer's result");
        }
        bias(layer, Optional.of(shift));
        return x;
    }

    private Value multiply(SourceNode node) {
        for (int i = 0; i < 2; i++) {
            Optional<Constant> factor = constant(node, i);
            if (factor.isPresent()) {
                if (factor.get().scalar() && factor.get().values()[0] == 1) {
                    return of(node, 1 - i);
                }
                throw node.refuse("multiplies with a constant");
            }
        }
        return pair(node, Kind.MULTIPLY, true);
    }

    private Value pair(SourceNode node, Kind kind, boolean gates) {
        Value a = of(node, 0);
        Value b = of(node, 1);
        boolean equal = Arrays.equals(source.shape(node.inputs().get(0)), source.shape(node.inputs().get(1))) && a.flat() == b.flat();
        if (!equal && !(gates && a.flat() != b.flat())) {
            throw node.refuse("takes signals of different shapes, " + Arrays.toString(source.shape(node.inputs().get(0))) + " and "
                    + Arrays.toString(source.shape(node.inputs().get(1))));
        }
        atoms.same(a.draft().atoms, b.draft().atoms);
        boolean swap = !equal && a.flat();
        return new Value(draft(node, kind, swap ? List.of(b.draft(), a.draft()) : List.of(a.draft(), b.draft()), a.draft().atoms), a.flat() && b.flat());
    }

    private Value concat(SourceNode node) {
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            parts.add(of(node, i));
        }
        int rank = source.shape(node.output()).length;
        if (Math.floorMod(node.number("axis", 1), rank) != 1 || parts.stream().map(Value::flat).distinct().count() != 1) {
            throw node.refuse("joins along axis " + node.number("axis", 1) + "; only channels are read");
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<Integer> all = parts.stream().flatMap(part -> part.draft().atoms.stream()).toList();
        return new Value(draft(node, Kind.CONCAT, parts.stream().map(Value::draft).toList(), all), parts.get(0).flat());
    }

    private Value maxPool(SourceNode node) {
        return pool(node, Kind.MAX_POOL);
    }

    private Value averagePool(SourceNode node) {
        int[] shape = source.shape(node.inputs().get(0));
        int[] kernel = node.numbers("kernel_shape");
        if (shape.length == 4 && kernel[0] == shape[2] && kernel[1] == shape[3] && Arrays.stream(node.numbers("pads", 0)).allMatch(pad -> pad == 0)) {
            return global(node);
        }
        if (node.number("count_include_pad", 0) == 0 && Arrays.stream(node.numbers("pads", 0)).anyMatch(pad -> pad != 0)) {
            throw node.refuse("does not count the pixels that it pads with");
        }
        return pool(node, Kind.AVERAGE_POOL);
    }

    private Value pool(SourceNode node, Kind kind) {
        Value x = of(node, 0);
        int side = node.equal("kernel_shape", 1);
        int stride = node.equal("strides", 1);
        int padding = padding(node, side);
        int dilation = node.equal("dilations", 1);
        int[] from = source.shape(node.inputs().get(0));
        int[] to = source.shape(node.output());
        for (int d = 2; d < from.length; d++) {
            if ((from[d] + 2 * padding - dilation * (side - 1) - 1) / stride + 1 != to[d]) {
                throw node.refuse("rounds the size of its result up (ceil_mode)");
            }
        }
        return new Value(draft(node, kind, List.of(x.draft()), x.draft().atoms).window(side, stride, padding, dilation), false);
    }

    private Value global(SourceNode node) {
        Value x = of(node, 0);
        return x.flat() ? x : new Value(draft(node, Kind.GLOBAL_AVERAGE_POOL, List.of(x.draft()), x.draft().atoms), true);
    }

    private Value mean(SourceNode node) {
        int[] axes = node.has(1) ? needed(node, 1).ints() : node.numbers("axes");
        int rank = source.shape(node.inputs().get(0)).length;
        if (!Arrays.equals(Arrays.stream(axes).map(axis -> Math.floorMod(axis, rank)).sorted().toArray(), new int[] {2, 3})) {
            throw node.refuse("is a mean over the axes " + Arrays.toString(axes) + "; only over all pixels is read");
        }
        return global(node);
    }

    private Value reshape(SourceNode node) {
        Value x = of(node, 0);
        int[] to = source.shape(node.output());
        int elements = Arrays.stream(to).reduce(1, (a, b) -> a * b);
        if (to[0] != 1 || to.length < 2 || to[1] != elements) {
            throw node.refuse("gives " + Arrays.toString(to) + "; only what flattens is read");
        }
        return x.flat() ? x : new Value(draft(node, Kind.FLATTEN, List.of(x.draft()), x.draft().atoms), true);
    }
}
