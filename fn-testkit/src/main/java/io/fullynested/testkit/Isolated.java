package io.fullynested.testkit;

import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Steps;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A chain of nodes as a network of its own, so that an engine which only runs networks computes them on given inputs. Several
 * inputs come in as one image, their channels one after the other; a flat signal comes as constant planes, of which the network
 * takes the means, and sequences as long as the longest, of which it takes the steps.
 *
 * @param graph the network
 * @param input what goes in
 */
record Isolated(Graph graph, Tensor input) {

    /**
     * Isolates a chain.
     *
     * @param chain  nodes, each taking the result of the one before it, but for the first
     * @param inputs what the first one takes, images of one size, sequences or flat signals
     */
    static Isolated of(List<Node> chain, List<Tensor> inputs) {
        int[] image = inputs.stream().map(Tensor::shape).filter(shape -> shape.length == 4).max(Comparator.comparingInt(shape -> shape[3])).orElse(new int[] {0, 0, 1, 1});
        Tensor input = joined(inputs.stream().map(part -> part.shape().length == 2 ? planes(part, image[2], image[3]) : longer(part, image[3])).toList());
        Shape whole = Shape.image(input.shape()[1], image[2], image[3]);
        List<Node> nodes = new ArrayList<>(List.of(new Node("input", new Input(whole), List.of(), whole)));
        List<Integer> sources = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < inputs.size(); i++) {
            int to = from + inputs.get(i).shape()[1];
            int source = 0;
            if (inputs.size() > 1) {
                source = append(nodes, new Node("part" + i, new Slice(from, to), List.of(0), whole.withChannels(to - from)));
            }
            if (inputs.get(i).shape().length == 2) {
                source = append(nodes, new Node("flat" + i, new GlobalAveragePool(), List.of(source), Shape.flat(to - from)));
            }
            if (inputs.get(i).shape().length == 4 && inputs.get(i).shape()[3] < image[3]) {
                int steps = inputs.get(i).shape()[3];
                source = append(nodes, new Node("steps" + i, new Steps(0, steps), List.of(source), Shape.sequence(to - from, steps)));
            }
            sources.add(source);
            from = to;
        }
        for (Node node : chain) {
            sources = List.of(append(nodes, new Node(node.name(), node.operator(), sources, node.shape())));
        }
        return new Isolated(new Graph(nodes), input);
    }

    private static int append(List<Node> nodes, Node node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    private static Tensor planes(Tensor flat, int height, int width) {
        Tensor planes = Tensor.zeros(flat.shape()[0], flat.shape()[1], height, width);
        int area = height * width;
        for (int i = 0; i < flat.data().length; i++) {
            Arrays.fill(planes.data(), i * area, (i + 1) * area, flat.data()[i]);
        }
        return planes;
    }

    private static Tensor longer(Tensor part, int width) {
        int[] shape = part.shape().clone();
        int own = shape[3];
        shape[3] = width;
        Tensor longer = own == width ? part : Tensor.zeros(shape);
        for (int row = 0; own < width && row < part.data().length / own; row++) {
            System.arraycopy(part.data(), row * own, longer.data(), row * width, own);
        }
        return longer;
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
