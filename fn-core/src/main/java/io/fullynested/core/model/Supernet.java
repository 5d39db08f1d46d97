package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.task.Task;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
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
    private final Shape output;
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
        this.output = full.output().shape();
        this.compiler = selection -> builder(selection).build();
        checkKeeps();
        this.masters = masters(builder.masters());
    }

    private Supernet(NetworkSpec spec, Standalone network, Shape output) {
        this.spec = spec;
        this.axes = new AxisSpace(List.of());
        this.masters = network.masters();
        this.output = output;
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
        Shape least = compile(axes.smallest()).output().shape();
        if (!least.equals(output)) {
            throw new IllegalArgumentException("The network ends in a signal of shape " + output
                    + IllegalBlockException.from(spec.blocks().get(spec.blocks().size() - 1)) + ", which is nested itself (" + least
                    + " in the smallest), not in logits or other numbers. Maybe add a classifier block?");
        }
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
     * @param tensors by name
     * @throws IllegalArgumentException if they are of another network, or hold what is no finite number
     */
    public void requireMasters(Map<String, Tensor> tensors) {
        for (MasterParameter master : masters) {
            Tensor tensor = tensors.get(master.name());
            if (tensor == null || !Arrays.equals(tensor.shape(), master.shape())) {
                throw new IllegalArgumentException("of another network; " + master.name() + " should be " + Arrays.toString(master.shape())
                        + ", found " + (tensor == null ? "nothing" : Arrays.toString(tensor.shape())));
            }
            for (float value : tensor.data()) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("damaged; " + master.name() + " holds " + value);
                }
            }
        }
        if (tensors.size() != masters.size()) {
            throw new IllegalArgumentException("of another network; it has " + tensors.size() + " tensors, " + masters.size() + " are expected");
        }
    }

    /** What it gives for each image. All submodels give the same. */
    public Shape output() {
        return output;
    }

    /**
     * Sees that the output is one that a task can be about.
     *
     * @throws IllegalArgumentException if it is not
     */
    public void require(Task task) {
        try {
            task.check(output);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The network ends in a signal of shape " + output
                    + IllegalBlockException.from(spec.blocks().get(spec.blocks().size() - 1)) + ", not in " + e.getMessage(), e);
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
        AxisRegister used = new AxisRegister(selection);
        new GraphBuilder(spec, used).build();
        Map<String, Integer> keeps = new TreeMap<>(axes.full().keeps());
        used.space().axes().forEach(axis -> keeps.put(axis.id(), selection.keep(axis.id())));
        return new SubmodelSpec(keeps);
    }

    /**
     * A submodel as a network of its own, of exactly its shape and bits, with no axes left: what it has to be compared with. Its
     * master tensors have the names of the supernet's, and start from weights as large as their own fan-in asks for.
     *
     * @param selection says something about every axis
     */
    public Supernet alone(SubmodelSpec selection) {
        return new Supernet(spec, new Standalone(masters, compile(selection)), output);
    }
}
