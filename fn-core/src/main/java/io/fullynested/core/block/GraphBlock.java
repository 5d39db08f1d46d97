package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.plugin.Option;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Any network as a list of nodes, each after those that it takes; the last one is the result. Nested CHANNELS and NEURONS: those of layers
 * that name an axis. Nested PATHS: the heads of attentions that name one. Nested LAYERS: residual units whose sum names one; their order is
 * that of the sums' ranks, not of the list. What an imported network is written as.
 */
public record GraphBlock(@Option("the nodes, each after those that it takes") List<GraphNode> nodes) implements NestableBlock {

    /** @throws IllegalArgumentException if a name stands for two nodes or for none */
    public GraphBlock {
        List<GraphNode> chained = new ArrayList<>();
        Set<String> known = new HashSet<>(Set.of(GraphNode.INPUT));
        String before = GraphNode.INPUT;
        for (GraphNode node : nodes) {
            List<String> of = node.of().isEmpty() ? List.of(before) : node.of();
            of.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
                throw new IllegalArgumentException("node '" + node.name() + "' takes '" + name + "', which is no node before it");
            });
            if (!known.add(node.name())) {
                throw new IllegalArgumentException("two nodes are named '" + node.name() + "'");
            }
            before = node.name();
            chained.add(node.of(of));
        }
        if (chained.isEmpty()) {
            throw new IllegalArgumentException("a graph has at least one node");
        }
        nodes = List.copyOf(chained);
    }

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        return new Pass(b).run(x);
    }

    /** One build of it. */
    private final class Pass {

        private final BlockBuilder b;
        private final Map<String, Extent> extents = new HashMap<>();
        private final Map<String, Signal> signals = new HashMap<>();

        Pass(BlockBuilder b) {
            this.b = b;
        }

        Signal run(Signal x) {
            Map<String, Integer> sizes = new LinkedHashMap<>();
            nodes.forEach(node -> node.layers().ifPresent(axis -> sizes.merge(axis, node.rank() + 1, Math::max)));
            sizes.forEach((axis, size) -> extents.put(axis, b.axis(NestingLevel.LAYERS, axis, size)));
            signals.put(GraphNode.INPUT, x);
            Set<String> needed = needed();
            for (GraphNode node : nodes) {
                if (needed.contains(node.name())) {
                    signals.put(node.name(), leftOut(node) ? signals.get(node.of().get(0)) : signal(node));
                }
            }
            return signals.get(nodes.get(nodes.size() - 1).name());
        }

        /** The nodes that the result depends on, without those of units that are left out. */
        private Set<String> needed() {
            Set<String> needed = new HashSet<>(Set.of(nodes.get(nodes.size() - 1).name()));
            for (int i = nodes.size() - 1; i >= 0; i--) {
                GraphNode node = nodes.get(i);
                if (needed.contains(node.name())) {
                    needed.addAll(leftOut(node) ? node.of().subList(0, 1) : node.of());
                }
            }
            return needed;
        }

        private boolean leftOut(GraphNode node) {
            return node.layers().isPresent() && node.rank() >= extents.get(node.layers().get()).kept().size();
        }

        private Signal signal(GraphNode node) {
            List<Signal> of = node.of().stream().map(signals::get).toList();
            Signal x = of.get(0);
            return switch (node.is()) {
                case CONVOLUTION -> convolution(node, x);
                case DENSE -> b.dense(node.name(), x, extent(node, NestingLevel.NEURONS), node.bias());
                case BATCH_NORM -> b.batchNorm(node.name(), x);
                case LAYER_NORM -> b.layerNorm(node.name(), x, node.epsilon());
                case POSITIONS -> b.positions(node.name(), x);
                // in scopes of their own, or the builder would number them, and names depend on what is left out
                default -> b.scope(node.name(), x, (y, inner) -> unnamed(node, of, inner));
            };
        }

        private Signal unnamed(GraphNode node, List<Signal> of, BlockBuilder b) {
            Signal x = of.get(0);
            return switch (node.is()) {
                case RELU -> b.activate(Activation.RELU, x);
                case RELU6 -> b.activate(Activation.RELU6, x);
                case HARD_SWISH -> b.activate(Activation.HARD_SWISH, x);
                case HARD_SIGMOID -> b.activate(Activation.HARD_SIGMOID, x);
                case SIGMOID -> b.activate(Activation.SIGMOID, x);
                case TANH -> b.activate(Activation.TANH, x);
                case GELU -> b.activate(Activation.GELU, x);
                case SILU -> b.activate(Activation.SILU, x);
                case GELU_TANH -> b.activate(Activation.GELU_TANH, x);
                case ADD -> b.add(x, of.get(1));
                case MULTIPLY -> b.multiply(x, of.get(1));
                case CONCAT -> b.concat(of);
                case MAX_POOL -> b.maxPool(x, node.window(), node.ceil());
                case AVERAGE_POOL -> b.averagePool(x, node.window());
                case GLOBAL_AVERAGE_POOL -> b.globalAveragePool(x);
                case FLATTEN -> b.flatten(x);
                case SOFTMAX -> b.softmax(x);
                case TOKENS -> b.tokens(x, node.padding());
                case STEPS -> b.steps(x, node.from(), node.to());
                case ATTENTION -> b.attention(x, of.get(1), of.get(2), heads(node), node.scale());
                case CONVOLUTION, DENSE, BATCH_NORM, LAYER_NORM, POSITIONS -> throw new IllegalStateException(node.is() + " has a name");
            };
        }

        private Signal convolution(GraphNode node, Signal x) {
            boolean depthwise = node.groups() > 1 && node.groups() == node.channels() && node.groups() == x.channels();
            Extent out = depthwise ? x.extent() : extent(node, NestingLevel.CHANNELS);
            return b.convolution(node.name(), x, out, node.window(), depthwise ? x.extent() : Extent.fixed(node.groups()), node.bias());
        }

        private Extent extent(GraphNode node, NestingLevel level) {
            int each = node.channels() / node.heads();
            Extent heads = heads(node);
            Extent channels = node.axis().map(axis -> extents.computeIfAbsent(axis, name -> b.axis(level, name, each))).orElseGet(() -> Extent.fixed(each));
            return node.heads() == 1 ? channels : heads.times(channels);
        }

        private Extent heads(GraphNode node) {
            return node.paths().map(axis -> extents.computeIfAbsent(axis, name -> b.axis(NestingLevel.PATHS, name, node.heads())))
                    .orElseGet(() -> Extent.fixed(node.heads()));
        }
    }
}
