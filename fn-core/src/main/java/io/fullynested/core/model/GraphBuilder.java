package io.fullynested.core.model;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.Attention;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.core.model.MasterParameter.Role;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.Normalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One pass over the blocks of a network: turns their descriptions into a graph, and notes axes and master tensors on the way. */
final class GraphBuilder implements BlockBuilder {

    private static final double EPSILON = 1e-5;
    /** As in Dosovitskiy et al., ICLR 2021, and BERT before. */
    private static final double POSITIONS_DEVIATION = 0.02;
    private final NetworkSpec spec;
    private final AxisRegister axes;
    private final Map<String, MasterParameter> masters = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Integer, GraphSignal> settled = new HashMap<>();
    private final Map<String, Integer> names = new HashMap<>();
    /** The signals that blocks may be of: what goes in, normalised, and what came out of blocks. */
    private final Map<String, GraphSignal> signals = new HashMap<>();
    /** Positions of what goes in, normalised. */
    private final Set<Integer> entries = new HashSet<>();
    private NetworkSpec.Block block;
    private String scope;

    GraphBuilder(NetworkSpec spec, AxisRegister axes) {
        this.spec = spec;
        this.axes = axes;
        this.block = spec.blocks().get(0);
    }

    /** Builds the whole network. */
    Graph build() {
        List<NetworkSpec.Input> inputs = spec.takes();
        List<GraphSignal> raw = inputs.stream().map(this::input).toList();
        for (int i = 0; i < raw.size(); i++) {
            GraphSignal normalized = normalized(inputs.get(i), raw.get(i));
            entries.add(normalized.node());
            signals.put(inputs.get(i).name(), normalized);
        }
        GraphSignal last = signals.get(inputs.get(0).name());
        for (int i = 0; i < spec.blocks().size(); i++) {
            block = spec.blocks().get(i);
            scope = block.name();
            List<GraphSignal> taken = block.of().isEmpty() ? List.of(last) : block.of().stream().map(signals::get).toList();
            try {
                last = own(block.block().build(List.copyOf(taken), this));
            } catch (RuntimeException | LinkageError e) {
                String shapes = taken.stream().map(signal -> signal.shape().toString()).collect(Collectors.joining(" and "));
                throw new IllegalBlockException(i, spec.blocks(), shapes, e);
            }
            signals.put(block.name(), last);
        }
        return GraphPasses.reachable(nodes, spec.outputs().isEmpty() ? last.node() : end(spec.outputs()));
    }

    /** The node whose result is the answer. What is rounded for a block that takes it comes out as that block sees it: it is computed once. */
    private int end(List<String> outputs) {
        List<GraphSignal> given = outputs.stream().map(signals::get).map(signal -> settled.getOrDefault(signal.node(), signal)).toList();
        if (given.size() == 1) {
            return given.get(0).node();
        }
        int width = given.stream().mapToInt(signal -> signal.shape().elements()).sum();
        return push("outputs/joined", new Outputs(outputs), Extent.fixed(width), block, true, given.toArray(GraphSignal[]::new)).node();
    }

    private GraphSignal input(NetworkSpec.Input input) {
        Shape shape = input.shape();
        return push(input.name(), new Input(shape, input.values()), Extent.fixed(shape.channels()), block, false);
    }

    private GraphSignal normalized(NetworkSpec.Input input, GraphSignal raw) {
        if (input.normalize() == Normalization.Word.NONE) {
            return raw;
        }
        scope = input.name();
        int channels = raw.channels();
        return append("normalize", new Normalize(whole(input.mean(), Role.INPUT_MEAN, 0, channels),
                whole(input.deviation(), Role.INPUT_DEVIATION, 1, channels)), raw.extent(), raw);
    }

    List<MasterParameter> masters() {
        return List.copyOf(masters.values());
    }

    @Override
    public Extent axis(NestingLevel level, String name, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("axis '" + name + "' has " + size + " terms; it needs at least 1");
        }
        return axes.extent(level, nesting().of(level), block.name(), scope, name, size);
    }

    private NestingOptions nesting() {
        return block.nesting().orElse(spec.nesting());
    }

    @Override
    public Signal scope(String name, Signal x, NestableBlock part) {
        String outer = scope;
        scope = outer + "/" + name;
        Signal y = part.build(x, this);
        scope = outer;
        return y;
    }

    @Override
    public Signal repeat(String name, Extent layers, Signal x, Layer layer) {
        Signal y = x;
        for (int index = 0; index < layers.kept().size(); index++) {
            int number = index;
            Signal before = y;
            y = scope(name + (index + 1), before, (signal, b) -> layer.build(signal, number, b));
            if (index > 0 && !(y.shape().equals(before.shape()) && y.extent().equals(before.extent()))) {
                throw new IllegalArgumentException(name + (index + 1) + " turns " + before.shape() + " into " + y.shape()
                        + "; only the first of the layers may change the shape");
            }
        }
        // a float block leaves its last layer for the next block to quantise, under a name that does not depend on which one is last
        return block.quantize() ? y : own(y).named(scope + "/" + name + "s");
    }

    @Override
    public Signal convolution(String name, Signal x, Extent out, Window window, Extent groups, boolean bias) {
        fitting(name, () -> window.slide(x.shape()));
        int inner = inner(name, "input", x.extent(), groups);
        inner(name, "output", out, groups);
        int[] shape = {out.size(), inner, window.rows().kernel(), window.columns().kernel()};
        Weight weight = weight(name, shape, List.of(out.kept(), keptInside(x.extent(), groups), IndexRanges.prefix(shape[2]), IndexRanges.prefix(shape[3])),
                Math.sqrt(2.0 / (inner * window.taps())));
        return append(name, new Convolution(weight, bias(name, out, bias), window, groups.kept().size()), out, settle(x));
    }

    private int inner(String name, String side, Extent extent, Extent groups) {
        int inner = extent.size() / groups.size();
        require(extent.size() % groups.size() == 0, name,
                side + " has " + extent.size() + " channels, which " + groups.size() + " groups cannot share evenly");
        IndexRanges keptInside = keptInside(extent, groups);
        require(keptInside != null && groups.kept().times(inner, keptInside).equals(extent.kept()), name,
                side + " does not keep the same channels of each of the " + groups.size() + " groups. "
                        + "Maybe nest its channels as groups.times(channels of a group), or keep a multiple of " + inner + "?");
        return inner;
    }

    private static IndexRanges keptInside(Extent extent, Extent groups) {
        int inner = extent.size() / groups.size();
        int first = groups.kept().ranges().get(0).from();
        return extent.kept().within(first * inner, (first + 1) * inner);
    }

    @Override
    public Signal dense(String name, Signal x, Extent out, boolean bias) {
        Weight weight = weight(name, new int[] {out.size(), x.channels()}, List.of(out.kept(), x.extent().kept()), Math.sqrt(1.0 / x.channels()));
        return append(name, new Dense(weight, bias(name, out, bias)), out, settle(x));
    }

    private Optional<ParameterSlice> bias(String name, Extent out, boolean wanted) {
        return wanted ? Optional.of(slice(name + "/bias", Role.BIAS, 0, out)) : Optional.empty();
    }

    @Override
    public Signal batchNorm(String name, Signal x, double gamma) {
        GraphSignal signal = own(x);
        boolean folds = nodes.get(signal.node()).operator().layer().isPresent();
        int kept = x.extent().kept().size();
        String full = scope + "/" + name;
        String own = (nesting().switchableBatchNorms() ? Switches.width(kept) : "")
                + (spec.quantization().switchableBatchNorms() ? Switches.bits(nodes, signal.node()) : "");
        Operator norm = new BatchNorm(slice(name + "/gamma" + own, Role.GAMMA, gamma, x.extent()),
                slice(name + "/beta" + own, Role.BETA, 0, x.extent()),
                ParameterSlice.whole(full + "/mean", kept), ParameterSlice.whole(full + "/variance", kept), EPSILON);
        return append(name, norm, x.extent(), folds ? signal : settle(x));
    }

    @Override
    public Signal layerNorm(String name, Signal x, double epsilon) {
        Operator norm = new LayerNorm(slice(name + "/gamma", Role.GAMMA, 1, x.extent()), slice(name + "/beta", Role.BETA, 0, x.extent()), epsilon);
        return append(name, norm, x.extent(), settle(x));
    }

    @Override
    public Signal activate(Activation function, Signal x) {
        String name = numbered(function.name().toLowerCase().replace('_', '-'));
        // of what has no negative number, as behind a residual unit that is left out; onnxruntime stumbles over two in a row
        return function == Activation.RELU && own(x).nonNegative() ? x : append(name, new Activate(function), x.extent(), own(x));
    }

    @Override
    public Signal add(Signal a, Signal b) {
        fitting("add", () -> new Add().shape(List.of(a.shape(), b.shape())));
        require(a.extent().equals(b.extent()), "add", "takes two signals that keep the same channels. Maybe use one extent for both?");
        GraphSignal x = settle(a, true);
        GraphSignal y = settle(b, true);
        return append(numbered("add"), new Add(), x.extent(), x, y);
    }

    @Override
    public Signal multiply(Signal x, Signal gate) {
        require(x.extent().equals(gate.extent()), "multiply", "takes a gate that keeps the same channels. Maybe use x.extent() for it?");
        GraphSignal a = settle(x);
        GraphSignal b = settle(gate);
        return append(numbered("multiply"), new Multiply(), a.extent(), a, b);
    }

    @Override
    public Signal concat(List<Signal> parts) {
        Extent extent = null;
        GraphSignal[] inputs = new GraphSignal[parts.size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = settle(parts.get(i));
            Extent next = inputs[i].extent();
            extent = extent == null ? next : new Extent(extent.size() + next.size(), extent.kept().append(extent.size(), next.kept()));
        }
        return append(numbered("concat"), new Concat(), extent, inputs);
    }

    @Override
    public List<Signal> split(Signal x, int... sizes) {
        require(Arrays.stream(sizes).sum() == x.channels(), "split", x.channels() + " channels do not split into " + Arrays.toString(sizes));
        GraphSignal whole = settle(x);
        List<Signal> parts = new ArrayList<>();
        int start = 0;
        int written = 0;
        for (int size : sizes) {
            IndexRanges kept = whole.extent().kept().within(start, start + size);
            require(kept != null, "split", "nothing is kept of channels " + start + ".." + (start + size - 1));
            parts.add(append(numbered("split"), new Slice(written, written + kept.size()), new Extent(size, kept), whole));
            start += size;
            written += kept.size();
        }
        return parts;
    }

    @Override
    public Signal shuffle(Signal x, int groups) {
        int channels = x.channels();
        require(groups > 0 && channels % groups == 0, "shuffle", channels + " channels do not form " + groups + " groups");
        GraphSignal whole = settle(x);
        int[] kept = whole.extent().kept().indices();
        int rest = channels / groups;
        int[] sourceAt = new int[channels];
        Arrays.fill(sourceAt, -1);
        for (int i = 0; i < kept.length; i++) {
            sourceAt[kept[i] % rest * groups + kept[i] / rest] = i;
        }
        List<Integer> order = new ArrayList<>();
        List<IndexRanges.Range> ranges = new ArrayList<>();
        for (int target = 0; target < channels; target++) {
            if (sourceAt[target] >= 0) {
                order.add(sourceAt[target]);
                ranges.add(new IndexRanges.Range(target, target + 1));
            }
        }
        return append(numbered("shuffle"), new Permute(order), new Extent(channels, new IndexRanges(ranges)), whole);
    }

    @Override
    public Signal maxPool(Signal x, Window window, boolean ceil) {
        return append(numbered("max-pool"), new MaxPool(window, ceil), x.extent(), settle(x));
    }

    @Override
    public Signal averagePool(Signal x, Window window) {
        return append(numbered("average-pool"), new AveragePool(window), x.extent(), settle(x));
    }

    @Override
    public Signal resize(Signal x, int factor) {
        return append(numbered("resize"), new Resize(x.shape().dimensions() == Shape.Dimensions.SEQUENCE ? 1 : factor, factor), x.extent(), settle(x));
    }

    @Override
    public Signal globalAveragePool(Signal x) {
        return append(numbered("global-average-pool"), new GlobalAveragePool(), x.extent(), settle(x));
    }

    @Override
    public Signal flatten(Signal x) {
        if (x.shape().flat()) {
            return x;
        }
        return append(numbered("flatten"), new Flatten(), x.extent().times(Extent.fixed(x.shape().positions())), settle(x));
    }

    @Override
    public Signal tokens(Signal x, int leading) {
        return append(numbered("tokens"), new Tokens(leading), x.extent(), settle(x));
    }

    @Override
    public Signal steps(Signal x, int from, int to) {
        return append(numbered("steps"), new Steps(from, to), x.extent(), settle(x));
    }

    @Override
    public Signal positions(String name, Signal x) {
        String parameter = scope + "/" + name + "/table";
        int[] shape = {x.channels(), x.shape().positions()};
        masters.putIfAbsent(parameter, new MasterParameter(parameter, shape, Role.TABLE, POSITIONS_DEVIATION));
        return append(name, new Positions(new ParameterSlice(parameter, List.of(x.extent().kept(), IndexRanges.prefix(shape[1])))), x.extent(), settle(x));
    }

    @Override
    public Signal attention(Signal queries, Signal keys, Signal values, Extent heads, double scale) {
        require(queries.extent().equals(keys.extent()), "attention", "takes queries and keys that keep the same channels. Maybe use one extent for both?");
        inner("attention", "queries", queries.extent(), heads);
        inner("attention", "values", values.extent(), heads);
        return append(numbered("attention"), new Attention(heads.kept().size(), scale), values.extent(), settle(queries), settle(keys), settle(values));
    }

    @Override
    public Signal softmax(Signal x) {
        return append(numbered("softmax"), new Softmax(), x.extent(), settle(x));
    }

    /** Quantises a signal where it is first consumed by something that a runtime does not fuse with what made it. */
    private GraphSignal settle(Signal x) {
        return settle(x, entries.contains(own(x).node()));
    }

    /**
     * Quantises a signal likewise.
     *
     * @param whole whether it keeps 8 bits in every submodel, as the image does, which is small, and what a sum takes first, as bits cost
     *              multiplications
     */
    private GraphSignal settle(Signal x, boolean whole) {
        GraphSignal signal = own(x);
        if (signal.settled() || !block.quantize() || spec.quantization().activations().isEmpty()) {
            return signal;
        }
        return settled.computeIfAbsent(signal.node(), node -> {
            String source = signal.name();
            boolean signed = !signal.nonNegative();
            int bits = whole ? Byte.SIZE : axes.bits(spec.quantization().activations().get(), signal.block().name(), source, "activations");
            require(bits > 1 || !signed, source, "can be negative, so its activations need at least 2 bits");
            String own = spec.quantization().switchableClips() ? Switches.bits(bits) : "";
            ParameterSlice clip = new ParameterSlice(source + "/clip" + own, List.of());
            Optional<Double> most = nodes.get(node).operator() instanceof Input input && input.bytesAreCodes(bits) ? Optional.of(input.values().most())
                    : Optional.empty();
            masters.putIfAbsent(clip.parameter(), new MasterParameter(clip.parameter(), new int[0], most.isPresent() ? Role.BOUND : Role.CLIP, most.orElse(1.)));
            int rounded = whole ? bits : spec.quantization().roundedBits(bits);
            int clipped = whole ? bits : spec.quantization().clippedBits(bits);
            float multiple = most.isPresent() ? 1 : (float) (spec.quantization().clip(clipped) / spec.quantization().trackedClip());
            return push(source + "/quantize", new FakeQuantize(bits, signed, clip, multiple, rounded), signal.extent(), signal.block(), true, signal);
        });
    }

    private GraphSignal append(String name, Operator operator, Extent extent, GraphSignal... inputs) {
        return push(scope + "/" + name, operator, extent, block, operator.keepsCodes(), inputs);
    }

    private GraphSignal push(String name, Operator operator, Extent extent, NetworkSpec.Block owner, boolean settled, GraphSignal... inputs) {
        if (names.merge(name, 1, Integer::sum) > 1) {
            throw new IllegalArgumentException("two operators are named '" + name + "'");
        }
        List<Integer> positions = Arrays.stream(inputs).map(GraphSignal::node).toList();
        Shape kept = fitting(name.substring(name.lastIndexOf('/') + 1),
                () -> operator.shape(positions.stream().map(position -> nodes.get(position).shape()).toList()));
        boolean nonNegative = operator.nonNegative(Arrays.stream(inputs).allMatch(GraphSignal::nonNegative));
        nodes.add(new Node(name, operator, positions, kept));
        return new GraphSignal(nodes.size() - 1, name, kept.withChannels(extent.size()), extent, owner, nonNegative, settled);
    }

    /** What a rule of shapes says; an error gets the name of the operator before it. */
    private static Shape fitting(String name, Supplier<Shape> rule) {
        try {
            return rule.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + name + "' " + e.getMessage(), e);
        }
    }

    /** Operators that the author need not name are numbered within their scope: {@code relu}, {@code relu2}, … */
    private String numbered(String kind) {
        int number = names.merge(scope + "//" + kind, 1, Integer::sum);
        return number == 1 ? kind : kind + number;
    }

    private Weight weight(String name, int[] shape, List<IndexRanges> ranges, double deviation) {
        String parameter = scope + "/" + name + "/weight";
        require(Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b) <= Integer.MAX_VALUE, name,
                "would have weights of shape " + Arrays.toString(shape) + ", more than 2^31 numbers. Maybe fewer channels or neurons?");
        masters.putIfAbsent(parameter, new MasterParameter(parameter, shape, Role.WEIGHT, deviation));
        boolean quantized = block.quantize() && spec.quantization().weights().isPresent();
        int bits = quantized ? axes.bits(spec.quantization().weights().get(), block.name(), scope + "/" + name, "weights") : Weight.FLOAT;
        return new Weight(new ParameterSlice(parameter, ranges), bits);
    }

    private ParameterSlice slice(String name, Role role, double initial, Extent extent) {
        String parameter = scope + "/" + name;
        masters.putIfAbsent(parameter, new MasterParameter(parameter, new int[] {extent.size()}, role, initial));
        return new ParameterSlice(parameter, List.of(extent.kept()));
    }

    private ParameterSlice whole(String parameter, Role role, double initial, int size) {
        masters.putIfAbsent(parameter, new MasterParameter(parameter, new int[] {size}, role, initial));
        return ParameterSlice.whole(parameter, size);
    }

    /** A signal that this pass made: a block may hand back anything, or what it kept from the pass before. */
    private GraphSignal own(Signal x) {
        if (!(x instanceof GraphSignal signal)) {
            throw new IllegalArgumentException("it hands on " + (x == null ? "nothing" : "a " + x.getClass().getName())
                    + " where a signal of the builder is expected. Maybe return what the builder gave last?");
        }
        if (signal.node() >= nodes.size() || !nodes.get(signal.node()).shape().equals(signal.shape().withChannels(signal.extent().kept().size()))) {
            throw new IllegalArgumentException("it hands on the signal '" + signal.name() + "' of another network. A block must keep nothing "
                    + "from one build to the next");
        }
        return signal;
    }

    private void require(boolean condition, String name, String message) {
        if (!condition) {
            throw new IllegalArgumentException("'" + name + "' " + message);
        }
    }
}
