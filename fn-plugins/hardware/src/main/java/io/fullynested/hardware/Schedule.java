package io.fullynested.hardware;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The steps in which a network is computed for one image, in the order of the graph. A node that changes each number on its own (batch
 * norm, activation function, rounding, flattening) belongs to the step of the node before it, if nobody else wants that one's result:
 * then the number is changed before it is stored. Each step reads the results of others and its weights, and writes one result, each
 * number in as many bits as its code has. Several outputs are given from where they lie: their step, the last, moves and holds nothing.
 *
 * @param nodes of the graph
 * @param steps in order
 */
record Schedule(int nodes, List<Step> steps) {

    /**
     * A step.
     *
     * @param node       position of its first node, the one that others belong to
     * @param layer      that node
     * @param macs       its multiply-accumulates
     * @param inputs     the steps whose results it reads
     * @param weightBits of its weights; 0 if it has none
     * @param signalBits of its first input
     * @param resultBits of its result
     * @param weights    bytes of its weights, scales and biases
     * @param result     bytes of its result
     */
    record Step(int node, Node layer, double macs, List<Integer> inputs, int weightBits, int signalBits, int resultBits, double weights, double result) {

        /** Bits of the wider factor of its products. */
        int operandBits() {
            return Math.max(weightBits, signalBits);
        }
    }

    static Schedule of(Graph graph) {
        int count = graph.nodes().size();
        int[] uses = graph.uses();
        int[] stepOf = new int[count];
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Node node = graph.node(i);
            if (node.operator().inPlace() && node.inputs().size() == 1 && uses[node.inputs().get(0)] == 1) {
                stepOf[i] = stepOf[node.inputs().get(0)];
            } else {
                stepOf[i] = members.size();
                members.add(new ArrayList<>());
            }
            members.get(stepOf[i]).add(i);
        }
        List<Step> steps = new ArrayList<>();
        for (List<Integer> member : members) {
            Node first = graph.node(member.get(0));
            Node last = graph.node(member.get(member.size() - 1));
            int bits = Layers.signalBits(graph, last);
            steps.add(new Step(member.get(0), first, graph.macs(first), first.inputs().stream().map(input -> stepOf[input]).toList(),
                    first.weight().map(Weight::bits).orElse(0),
                    first.inputs().isEmpty() ? 0 : Layers.signalBits(graph, graph.input(first, 0)), bits,
                    member.stream().mapToDouble(i -> Layers.packedBytes(graph, graph.node(i))).sum(),
                    !last.outputs().isEmpty() ? 0 : Math.ceil((double) last.shape().elements() * bits / Byte.SIZE)));
        }
        return new Schedule(count, List.copyOf(steps));
    }

    /** Bytes that go over the bus in a step: its inputs and weights are read once, its result is written once. */
    double traffic(Step step) {
        return signalTraffic(step) + step.weights();
    }

    /** The same without the weights. */
    double signalTraffic(Step step) {
        return !step.layer().outputs().isEmpty() ? 0
                : step.inputs().stream().mapToDouble(input -> steps.get(input).result()).sum() + step.result();
    }

    /**
     * Bytes of results that are held while each step runs: those that it or a later one reads, and its own. A sum or product takes the
     * place of a factor that nobody reads any more, if it fits there; nothing else is done in place.
     */
    double[] held() {
        int[] lastUse = new int[steps.size()];
        Arrays.setAll(lastUse, i -> i);
        for (int i = 0; i < steps.size(); i++) {
            for (int input : steps.get(i).inputs()) {
                lastUse[input] = i;
            }
        }
        double[] held = new double[steps.size()];
        for (int i = 0; i < held.length; i++) {
            for (int j = 0; j < i; j++) {
                held[i] += lastUse[j] >= i ? steps.get(j).result() : 0;
            }
            held[i] += inPlace(i, lastUse) ? 0 : steps.get(i).result();
        }
        return held;
    }

    private boolean inPlace(int i, int[] lastUse) {
        Step step = steps.get(i);
        return step.layer().operator().inPlace() && step.inputs().stream().anyMatch(input -> lastUse[input] == i && steps.get(input).result() >= step.result());
    }

    /** Values of steps as values of nodes: the first node of a step has all of it. */
    double[] perNode(double[] perStep) {
        double[] perNode = new double[nodes];
        for (int i = 0; i < perStep.length; i++) {
            perNode[steps.get(i).node()] = perStep[i];
        }
        return perNode;
    }
}
