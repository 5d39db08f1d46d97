package io.fullynested;

import io.fullynested.core.block.GraphBlock;
import io.fullynested.core.block.GraphNode;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.source.ImportedNetwork;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An order in which the residual units of a trained network are left out: first the one without which its outputs change the least, in the mean
 * square over some images. Each unit is tried alone, its neighbours whole.
 */
final class ResidualOrder {

    private static final Level WHOLE = new Level(List.of(1.), 1, Granularity.LAYER);

    private final ImportedNetwork network;
    private final Backend engine;
    private final Tensor images;
    private final Parameters parameters;

    ResidualOrder(ImportedNetwork network, Backend engine, Tensor images) {
        this.network = network;
        this.engine = engine;
        this.images = images;
        Map<String, Tensor> all = new TreeMap<>(network.masters());
        all.putAll(network.running());
        this.parameters = new Parameters(all, ImportedYaml.FLOAT.quantizer());
    }

    /** The network with its units in that order. */
    ImportedNetwork ranked() {
        Map<String, List<GraphNode>> units = new TreeMap<>();
        network.block().nodes().forEach(node -> node.layers().ifPresent(axis -> units.merge(axis, List.of(node),
                (a, b) -> Stream.concat(a.stream(), b.stream()).toList())));
        units.values().removeIf(alone -> alone.size() < 2);
        if (units.isEmpty()) {
            return network;
        }
        Tensor whole = outputs(network.block());
        Map<String, Integer> ranks = new HashMap<>();
        units.forEach((axis, all) -> {
            Map<String, Double> changes = new HashMap<>();
            all.forEach(unit -> changes.put(unit.name(), change(whole, outputs(without(unit)))));
            List<GraphNode> strongest = all.stream().sorted(Comparator.comparingDouble((GraphNode unit) -> changes.get(unit.name())).reversed()).toList();
            for (int i = 0; i < strongest.size(); i++) {
                ranks.put(strongest.get(i).name(), i + 1);
            }
        });
        return network.with(new GraphBlock(network.block().nodes().stream()
                .map(node -> ranks.containsKey(node.name()) ? node.ranked(ranks.get(node.name())) : node).toList()));
    }

    /** A block in which what goes around a unit takes the place of the unit's sum. */
    private GraphBlock without(GraphNode unit) {
        return new GraphBlock(network.block().nodes().stream().filter(node -> !node.name().equals(unit.name()))
                .map(node -> node.taking(unit.name(), unit.of().get(0))).map(node -> node.layers().isPresent() ? node.unlayered() : node).toList());
    }

    private Tensor outputs(GraphBlock block) {
        Supernet net = new Supernet(network.with(block).spec(new NestingOptions(WHOLE, WHOLE, WHOLE, WHOLE), ImportedYaml.FLOAT));
        return engine.run(new Model(net.compile(net.axes().full()), parameters), images);
    }

    private static double change(Tensor whole, Tensor part) {
        double sum = 0;
        for (int i = 0; i < whole.data().length; i++) {
            double difference = whole.data()[i] - part.data()[i];
            sum += difference * difference;
        }
        return sum;
    }
}
