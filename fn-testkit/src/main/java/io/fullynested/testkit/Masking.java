package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Parameter;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.MasterParameter.Role;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Masks what a selection drops in the whole supernet, which then computes what the compiled submodel computes.
 *
 * <p>To mask is to set to zero every element of a weight, bias, gamma or beta that the submodel does not use. Then a dropped channel
 * or neuron is zero before its batch norm, whose batch mean and variance are zero too, and zero after it, for beta is zero as well;
 * what an activation such as the sigmoid makes of that zero is multiplied by zero weights where it is consumed. A dropped path is
 * channels like others. A dropped layer is left with a residual branch that adds zero.
 *
 * <p>Two things are not sums and are kept equal on both sides. Weights are rounded before they are masked: the scale of a row is one of
 * the supernet's, and a code of few bits has no zero. A signal that passes a dropped layer is rounded there once more, so all
 * clips are the same, and so are the bits of all signals.
 */
final class Masking {

    private Masking() {
    }

    static Tensor run(Model model, Tensor images) {
        return new EjmlInterpreter().run(RandomNetwork.recalibrated(model, images), images);
    }

    /** The smallest, then random ones; the bits of all signals are one number. */
    static SubmodelSpec selection(RandomNetwork network, int number) {
        return network.withSignalBits(number == 0 ? network.net().axes().smallest() : network.selection(), 2 + 2 * number);
    }

    /** Everything, but at the bits of a selection. */
    static SubmodelSpec withBitsOf(RandomNetwork network, SubmodelSpec selection) {
        return network.net().axes().select(axis -> axis.level() == NestingLevel.BITS ? selection.keep(axis.id()) : axis.size());
    }

    static Map<String, Tensor> equalClips(RandomNetwork network) {
        Map<String, Tensor> clips = new HashMap<>();
        network.net().masters().stream().filter(master -> master.role() == Role.CLIP)
                .forEach(master -> clips.put(master.name(), Tensor.scalar(2.5f)));
        return clips;
    }

    static Model masked(RandomNetwork network, SubmodelSpec selection) {
        Map<String, boolean[]> used = used(network, network.net().compile(selection));
        Model whole = network.submodel(withBitsOf(network, selection));
        Map<String, Tensor> tensors = equalClips(network);
        for (MasterParameter master : network.net().masters()) {
            if (master.role().trained() && master.role() != Role.WEIGHT) {
                tensors.put(master.name(), masked(network.masters().tensors().get(master.name()), used.get(master.name())));
            }
        }
        List<Node> nodes = new ArrayList<>();
        for (Node node : whole.graph().nodes()) {
            Operator operator = node.operator().mapParameters(weight -> masked(whole, weight, used, tensors), (role, slice) -> slice);
            nodes.add(new Node(node.name(), operator, node.inputs(), node.shape()));
        }
        return new Model(new Graph(nodes), whole.parameters().with(tensors));
    }

    private static Weight masked(Model whole, Weight weight, Map<String, boolean[]> used, Map<String, Tensor> tensors) {
        String name = weight.slice().parameter();
        tensors.put(name + "/masked", masked(whole.parameters().value(weight), used.get(name)));
        return new Weight(ParameterSlice.whole(name + "/masked", weight.slice().shape()), Weight.FLOAT);
    }

    private static Tensor masked(Tensor whole, boolean[] used) {
        Tensor masked = Tensor.zeros(whole.shape());
        for (int i = 0; i < used.length; i++) {
            masked.data()[i] = used[i] ? whole.data()[i] : 0;
        }
        return masked;
    }

    /** Checks that one selection uses nothing that a larger one does not use. */
    static void checkContained(RandomNetwork network, SubmodelSpec small, SubmodelSpec large) {
        checkContained(network, network.net().compile(small), network.net().compile(large), small + ", is used by " + large);
    }

    /** The same of their graphs. */
    static void checkContained(RandomNetwork network, Graph small, Graph large, String which) {
        Map<String, boolean[]> inLarge = used(network, large);
        used(network, small).forEach((name, used) -> {
            for (int i = 0; i < used.length; i++) {
                assertThat(!used[i] || inLarge.get(name)[i]).as("%s[%d], used by %s of %s", name, i, which, network).isTrue();
            }
        });
    }

    /** For each master, which of its elements a graph uses. */
    static Map<String, boolean[]> used(RandomNetwork network, Graph graph) {
        Map<String, boolean[]> used = new HashMap<>();
        Map<String, int[]> shapes = new HashMap<>();
        for (MasterParameter master : network.net().masters()) {
            shapes.put(master.name(), master.shape());
            used.put(master.name(), new boolean[Tensor.elements(master.shape())]);
        }
        for (ParameterSlice slice : slices(graph)) {
            Tensor.forEachRun(shapes.get(slice.parameter()), slice.ranges(), (from, to, length) ->
                    Arrays.fill(used.get(slice.parameter()), from, from + length, true));
        }
        return used;
    }

    private static List<ParameterSlice> slices(Graph graph) {
        List<ParameterSlice> slices = new ArrayList<>();
        for (Node node : graph.nodes()) {
            node.operator().parameters().stream().filter(parameter -> parameter.role().learnt()).map(Parameter::slice).forEach(slices::add);
        }
        return slices;
    }
}
