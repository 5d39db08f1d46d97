package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.task.TaskOutputs;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A network with all its submodels. Its blocks are described once, against a builder; a selection is compiled against the same
 * description into a plain graph whose weights are prefix slices of the master tensors.
 */
public final class Supernet {

    private final NetworkSpec spec;
    private final AxisSpace axes;
    private final List<MasterParameter> masters;
    private final Map<String, Shape> outputs;
    private final Function<SubmodelSpec, Graph> compiler;

    /**
     * Builds the full network once to find its axes and master tensors, and every keep of every axis once to see that it can.
     *
     * @throws IllegalBlockException    if a block cannot take what the one before it gives
     * @throws IllegalArgumentException if the output is not the same in all submodels
     */
    public Supernet(NetworkSpec spec) {
        this.spec = spec;
        AxisRegister register = new AxisRegister(null);
        GraphBuilder builder = new GraphBuilder(spec, register);
        Graph full = builder.build();
        this.axes = register.space();
        this.outputs = outputs(spec, full);
        this.compiler = selection -> builder(selection).build();
        checkKeeps();
        this.masters = masters(builder.masters());
    }

    private Supernet(NetworkSpec spec, Standalone network, Map<String, Shape> outputs) {
        this.spec = spec;
        this.axes = new AxisSpace(List.of());
        this.masters = network.masters();
        this.outputs = outputs;
        this.compiler = selection -> network.graph();
    }

    private GraphBuilder builder(SubmodelSpec selection) {
        return new GraphBuilder(spec, new AxisRegister(selection));
    }

    private List<MasterParameter> masters(List<MasterParameter> full) {
        QuantizationOptions codes = spec.quantization();
        boolean switchable = codes.switchableBatchNorms() || codes.switchableClips()
                || Stream.concat(Stream.of(spec.nesting()), spec.blocks().stream().flatMap(block -> block.nesting().stream()))
                .anyMatch(NestingOptions::switchableBatchNorms);
        if (!switchable) {
            return full;
        }
        Map<String, MasterParameter> all = new LinkedHashMap<>();
        full.forEach(master -> all.put(master.name(), master));
        Function<SubmodelSpec, Set<String>> used = selection -> {
            GraphBuilder builder = builder(selection);
            builder.build();
            builder.masters().forEach(master -> all.putIfAbsent(master.name(), master));
            return builder.masters().stream().map(MasterParameter::name).collect(Collectors.toSet());
        };
        Switches.combinations(axes, used).forEach(used::apply);
        return List.copyOf(all.values());
    }

    /** Every keep of every axis must build, or a search would stumble over it later. */
    private void checkKeeps() {
        for (NestedAxis axis : axes.axes()) {
            for (int keep : axis.keeps()) {
                try {
                    compile(axes.full().with(axis.id(), keep));
                } catch (IllegalBlockException e) {
                    throw e.when("axis '" + axis.id() + "' keeps " + keep + " of " + axis.size());
                }
            }
        }
        Map<String, Shape> smallest = outputs(spec, compile(axes.smallest()));
        outputs.forEach((name, shape) -> {
            Shape least = smallest.get(name);
            if (!least.equals(shape)) {
                throw new IllegalArgumentException((outputs.size() > 1 ? "The output '" + name + "' is a signal of shape " + shape : ending())
                        + ", which is nested itself (" + least + " in the smallest), not in logits or other numbers. Maybe "
                        + (outputs.size() > 1 ? "nesting: {channels: {keeps: [1]}, neurons: {keeps: [1]}} in that block?" : "add a classifier block?"));
            }
        });
    }

    private String ending() {
        return "The network ends in a signal of shape " + output() + IllegalBlockException.from(spec.blocks().get(spec.blocks().size() - 1));
    }

    private static Map<String, Shape> outputs(NetworkSpec spec, Graph graph) {
        Map<String, Shape> outputs = new LinkedHashMap<>();
        for (Node node : graph.outputs()) {
            outputs.put(graph.outputs().size() > 1 ? spec.outputs().get(outputs.size()) : spec.onlyOutput().orElse("output"), node.shape());
        }
        return Collections.unmodifiableMap(outputs);
    }

    /** The description. */
    public NetworkSpec spec() {
        return spec;
    }

    /** Its open axes. */
    public AxisSpace axes() {
        return axes;
    }

    /** Its master tensors, in the order of their first use. */
    public List<MasterParameter> masters() {
        return masters;
    }

    /**
     * Checks master tensors that come from elsewhere.
     *
     * @param tensors by name; of a network without axes also the statistics of its batch norms, if those of all of them
     * @throws IllegalArgumentException if they are of another network, or hold what is no finite number
     */
    public void requireMasters(Map<String, Tensor> tensors) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        masters.forEach(master -> shapes.put(master.name(), master.shape()));
        if (axes.axes().isEmpty() && tensors.size() > shapes.size()) {
            Model.statistics(compile(axes.full())).forEach(statistic -> shapes.put(statistic.parameter(), statistic.shape()));
        }
        shapes.forEach((name, shape) -> {
            Tensor tensor = tensors.get(name);
            if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
                throw new IllegalArgumentException("of another network; " + name + " should be " + Arrays.toString(shape)
                        + ", found " + (tensor == null ? "nothing" : Arrays.toString(tensor.shape())));
            }
            for (float value : tensor.data()) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("damaged; " + name + " holds " + value);
                }
            }
        });
        if (tensors.size() != shapes.size()) {
            throw new IllegalArgumentException("of another network; it has " + tensors.size() + " tensors, " + shapes.size() + " are expected");
        }
    }

    /** What it gives for each image: of several outputs all their numbers. All submodels give the same. */
    public Shape output() {
        return Shape.joined(List.copyOf(outputs.values()));
    }

    /**
     * What it gives for each image, by the name of the output, in the order in which an answer has it; {@code output} if a single one has no name.
     * {@link io.fullynested.core.tensor.Samples#parts} cuts answers to several into one tensor for each.
     */
    public Map<String, Shape> outputs() {
        return outputs;
    }

    /**
     * Sees that the outputs are some that a task can be about.
     *
     * @throws IllegalArgumentException if they are not
     */
    public void require(TaskOutputs task) {
        try {
            task.check();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(outputs.size() > 1 ? e.getMessage() : ending() + ", not in " + e.getMessage(), e);
        }
    }

    /**
     * The submodel of a selection as a plain graph over the master tensors.
     *
     * @param selection says something about every axis; {@link AxisSpace#complete} makes it so
     * @throws IllegalArgumentException if an axis is missing
     */
    public Graph compile(SubmodelSpec selection) {
        return compiler.apply(selection);
    }

    /**
     * A selection of the same submodel that keeps all of what it does not use, such as the paths of a layer that is gone. Two selections
     * give the same submodel by construction exactly if this is the same for both.
     *
     * @param selection says something about every axis
     */
    public SubmodelSpec canonical(SubmodelSpec selection) {
        if (axes.axes().isEmpty()) {
            return selection;
        }
        Map<String, Integer> keeps = new TreeMap<>(axes.full().keeps());
        used(selection).forEach(axis -> keeps.put(axis, selection.keep(axis)));
        return new SubmodelSpec(keeps);
    }

    /** The axes that a submodel uses. */
    private Set<String> used(SubmodelSpec selection) {
        AxisRegister used = new AxisRegister(selection);
        new GraphBuilder(spec, used).build();
        return used.space().axes().stream().map(NestedAxis::id).collect(Collectors.toSet());
    }

    /**
     * How many submodels there are, those counted once that several selections give, see {@link #canonical}; as a double because it is often beyond
     * a long.
     */
    public double submodels() {
        return axes.axes().isEmpty() ? 1 : DistinctSubmodels.count(axes, this::used);
    }

    /**
     * A submodel as a network of its own, of exactly its shape and bits, with no axes left: what it has to be compared with. Its
     * master tensors have the names of the supernet's, and start from weights as large as their own fan-in asks for.
     *
     * @param selection says something about every axis
     */
    public Supernet alone(SubmodelSpec selection) {
        return new Supernet(spec, new Standalone(masters, compile(selection)), outputs);
    }
}
