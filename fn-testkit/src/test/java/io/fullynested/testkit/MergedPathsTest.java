package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A bundle of paths, computed by three convolutions of which the inner one is in groups, equals its paths computed one by one and
 * summed. The test takes the bundle of a compiled graph apart: each path gets its rows of the opening and of what follows it, an
 * inner convolution without groups, and its columns of the closing.
 */
class MergedPathsTest {

    private static final EjmlInterpreter INTERPRETER = new EjmlInterpreter();

    @Property(generation = GenerationMode.EXHAUSTIVE, maxDiscardRatio = 1)
    void bundleEqualsTheSumOfItsPaths(@ForAll @IntRange(min = 1, max = 150) int seed) {
        NestableBlock block = seed % 2 == 0 ? new ResidualStage(6, 1, 4, 2, 3, 1 + seed % 4 / 2) : new AdHocBlocks.Bundle(3, 3, 5);
        RandomNetwork network = RandomNetworks.around(seed, block);
        SubmodelSpec selection = network.selection();
        Model merged = network.recalibrated(network.net().axes().select(axis ->
                axis.level() == NestingLevel.PATHS ? Math.max(2, selection.keep(axis.id())) : selection.keep(axis.id())));
        Assume.that(network.isWellConditioned(merged));
        Graph apart = takenApart(merged.graph());
        assertThat(apart.nodes().size()).isGreaterThan(merged.graph().nodes().size() + 7);
        Model separate = RandomNetwork.recalibrated(new Model(apart, network.masters()), network.images());
        assertThat(Differences.relative(INTERPRETER.run(separate, network.images()), INTERPRETER.run(merged, network.images())))
                .as(network.toString()).isLessThan(1e-4);
    }

    private static Graph takenApart(Graph graph) {
        int opening = position(graph, "/open");
        int closing = position(graph, "/close");
        Convolution inner = (Convolution) graph.node(position(graph, "/inner")).operator();
        int width = graph.node(opening).shape().channels() / inner.groups();
        List<Node> nodes = new ArrayList<>(graph.nodes().subList(0, opening));
        int sum = -1;
        for (int path = 0; path < inner.groups(); path++) {
            int x = graph.node(opening).inputs().get(0);
            for (Node node : graph.nodes().subList(opening, closing + 1)) {
                Node part = part(node, path, width, node == graph.node(closing));
                nodes.add(new Node(part.name(), part.operator(), List.of(x), part.shape()));
                x = nodes.size() - 1;
            }
            if (path > 0) {
                nodes.add(new Node("sum" + path, new Add(), List.of(sum, x), graph.node(closing).shape()));
            }
            sum = nodes.size() - 1;
        }
        int total = sum;
        int moved = total - closing;
        for (Node node : graph.nodes().subList(closing + 1, graph.nodes().size())) {
            nodes.add(new Node(node.name(), node.operator(), node.inputs().stream()
                    .map(input -> input < opening ? input : input + moved).toList(), node.shape()));
        }
        return new Graph(nodes);
    }

    private static int position(Graph graph, String ending) {
        for (int i = 0; i < graph.nodes().size(); i++) {
            if (graph.node(i).name().endsWith(ending)) {
                return i;
            }
        }
        throw new AssertionError("no " + ending);
    }

    /** What a node between opening and closing does for one path. */
    private static Node part(Node node, int path, int width, boolean closing) {
        String name = node.name() + "/path" + path;
        Operator operator = node.operator();
        if (operator instanceof Convolution conv) {
            List<IndexRanges> ranges = new ArrayList<>(conv.weight().slice().ranges());
            int cut = closing ? 1 : 0;
            ranges.set(cut, part(ranges.get(cut), path * width, width));
            ParameterSlice slice = new ParameterSlice(conv.weight().slice().parameter(), ranges);
            operator = new Convolution(new Weight(slice, conv.weight().bits()), conv.bias(), conv.window(), 1);
        } else if (operator instanceof BatchNorm norm) {
            operator = new BatchNorm(part(norm.gamma(), path * width, width), part(norm.beta(), path * width, width),
                    ParameterSlice.whole(name + "/mean", width), ParameterSlice.whole(name + "/variance", width), norm.epsilon());
        }
        Shape shape = closing ? node.shape() : node.shape().withChannels(width);
        return new Node(name, operator, List.of(), shape);
    }

    private static ParameterSlice part(ParameterSlice vector, int from, int count) {
        return new ParameterSlice(vector.parameter(), List.of(part(vector.ranges().get(0), from, count)));
    }

    /** Some of the kept indices. */
    private static IndexRanges part(IndexRanges kept, int from, int count) {
        return new IndexRanges(Arrays.stream(kept.indices()).skip(from).limit(count)
                .mapToObj(i -> new IndexRanges.Range(i, i + 1)).toList());
    }
}
