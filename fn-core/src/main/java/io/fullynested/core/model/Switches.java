package io.fullynested.core.model;

import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Master tensors that are other ones for other selections: batch norms of their own for each width (Yu et al., Slimmable neural
 * networks, ICLR 2019) or number of bits, clips of their own for each number of bits (Jin et al., AdaBits, CVPR 2020). Their names
 * end in what selects them: {@code stem/norm/gamma@16}, {@code stem/norm/gamma@w4}, {@code stem/relu/clip@a4}.
 */
final class Switches {

    private static final char MARK = '@';

    private Switches() {
    }

    /** A name without the end that switches add to it. */
    static String base(String name) {
        int mark = name.indexOf(MARK);
        return mark < 0 ? name : name.substring(0, mark);
    }

    /** The end of the name for a kept width. */
    static String width(int kept) {
        return MARK + String.valueOf(kept);
    }

    /** The end of the name for the bits of an activation. */
    static String bits(int activations) {
        return MARK + "a" + activations;
    }

    /**
     * The end of the name for the bits of a layer: those of its weights, or if these are float, of what it takes. Not both, for a training
     * at equal bits of both, as AdaBits does it, would leave most pairs without having learnt anything. Nothing if it has no bits.
     */
    static String bits(List<Node> nodes, int layer) {
        Optional<Weight> weight = nodes.get(layer).operator().layer().map(Layer::weight);
        if (weight.isEmpty()) {
            return "";
        }
        if (weight.get().quantized()) {
            return MARK + "w" + weight.get().bits();
        }
        return nodes.get(nodes.get(layer).inputs().get(0)).rounding().map(signal -> bits(signal.bits())).orElse("");
    }

    /**
     * The selections that together use all masters there are, given what the full network and those that differ from it in one axis
     * use. Masters that depend on several axes need all combinations of these.
     *
     * @param used the names of the masters that a selection uses
     */
    static List<SubmodelSpec> combinations(AxisSpace axes, Function<SubmodelSpec, Set<String>> used) {
        Set<String> whole = used.apply(axes.full());
        Map<String, Set<String>> axesOf = new TreeMap<>();
        for (NestedAxis axis : axes.axes()) {
            for (int keep : axis.keeps()) {
                for (String name : used.apply(axes.full().with(axis.id(), keep))) {
                    if (!whole.contains(name)) {
                        axesOf.computeIfAbsent(base(name), none -> new TreeSet<>()).add(axis.id());
                    }
                }
            }
        }
        List<SubmodelSpec> all = new ArrayList<>();
        for (Set<String> several : Set.copyOf(axesOf.values())) {
            List<SubmodelSpec> product = List.of(axes.full());
            for (String id : several) {
                product = product.stream().flatMap(spec -> axes.axis(id).keeps().stream().map(keep -> spec.with(id, keep))).toList();
            }
            all.addAll(product);
        }
        return all;
    }
}
