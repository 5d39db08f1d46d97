package io.fullynested.testkit;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A chain of nodes as a network of its own, so that an engine which only runs networks computes them on given inputs. Several
 * inputs come in as one image, their channels one after the other; a flat gate of an image comes as constant planes.
 *
 * @param graph the network
 * @param input what goes in
 */
record Isolated(Graph graph, Tensor input) {

    /**
     * Isolates a chain.
     *
     * @param chain  nodes, each taking the result of the one before it, but for the first
     * @param inputs what the first one takes
     */
    static Isolated of(List<Node> chain, List<Tensor> inputs) {
        boolean image = inputs.get(0).shape().length == 4;
        List<Tensor> parts = inputs.stream().map(part -> image && part.shape().length == 2 ? planes(part, inputs.get(0)) : part).toList();
        Tensor input = parts.size() == 1 ? parts.get(0) : joined(parts);
        Shape whole = shape(input);
        List<Node> nodes = new ArrayList<>(List.of(new Node("input", new Operator.Input(), List.of(), whole)));
        List<Integer> sources = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < parts.size(); i++) {
            int to = from + parts.get(i).shape()[1];
            if (parts.size() == 1) {
                sources.add(0);
                break;
            }
            nodes.add(new Node("part" + i, new Operator.Slice(from, to), List.of(0), whole.withChannels(to - from)));
            if (image && inputs.get(i).shape().length == 2) {
                nodes.add(new Node("gate" + i, new Operator.GlobalAveragePool(), List.of(nodes.size() - 1), Shape.flat(to - from)));
            }
            sources.add(nodes.size() - 1);
            from = to;
        }
        for (Node node : chain) {
            nodes.add(new Node(node.name(), node.operator(), sources, node.shape()));
            sources = List.of(nodes.size() - 1);
        }
        return new Isolated(new Graph(nodes), input);
    }

    private static Shape shape(Tensor x) {
        int[] shape = x.shape();
        return shape.length == 2 ? Shape.flat(shape[1]) : Shape.image(shape[1], shape[2], shape[3]);
    }

    private static Tensor planes(Tensor gate, Tensor image) {
        int[] shape = {gate.shape()[0], gate.shape()[1], image.shape()[2], image.shape()[3]};
        Tensor planes = Tensor.zeros(shape);
        int area = shape[2] * shape[3];
        for (int i = 0; i < gate.data().length; i++) {
            Arrays.fill(planes.data(), i * area, (i + 1) * area, gate.data()[i]);
        }
        return planes;
    }

    private static Tensor joined(List<Tensor> parts) {
        int[] shape = parts.get(0).shape().clone();
        shape[1] = parts.stream().mapToInt(part -> part.shape()[1]).sum();
        Tensor whole = Tensor.zeros(shape);
        int next = 0;
        for (int sample = 0; sample < shape[0]; sample++) {
            for (Tensor part : parts) {
                int length = part.data().length / shape[0];
                System.arraycopy(part.data(), sample * length, whole.data(), next, length);
                next += length;
            }
        }
        return whole;
    }
}
