package io.fullynested.core.integer;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What is computed at a time: a node, and what then changes each number before it is stored. These are the steps of the cost {@code peak-memory}: a node
 * that changes each number on its own belongs to the step before it, if nobody else wants that one's result.
 *
 * @param head   what computes
 * @param tail   what follows within the step: activation functions, rounding, flattening
 * @param inputs positions of the steps whose results it takes
 * @param result what it stores
 */
public record Step(Node head, List<Node> tail, List<Integer> inputs, Signal result) {

    public Step {
        tail = List.copyOf(tail);
        inputs = List.copyOf(inputs);
    }

    /**
     * The steps of an extracted network, in order.
     *
     * @param steps what a code of one stands for, of each rounding
     */
    public static List<Step> of(Graph graph, ToDoubleFunction<FakeQuantize> steps) {
        int count = graph.nodes().size();
        int[] uses = graph.uses();
        int[] stepOf = new int[count];
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Node node = graph.node(i);
            boolean joins = node.operator().inPlace() && node.inputs().size() == 1 && uses[node.inputs().get(0)] == 1;
            if (!joins) {
                members.add(new ArrayList<>());
            }
            stepOf[i] = joins ? stepOf[node.inputs().get(0)] : members.size() - 1;
            members.get(stepOf[i]).add(i);
        }
        List<Step> all = new ArrayList<>();
        for (List<Integer> member : members) {
            Node head = graph.node(member.get(0));
            List<Node> tail = member.subList(1, member.size()).stream().map(graph::node).toList();
            List<Integer> inputs = head.inputs().stream().map(input -> stepOf[input]).toList();
            all.add(new Step(head, tail, inputs, result(head, tail, inputs.stream().map(input -> all.get(input).result()).toList(),
                    steps, graph.node(member.get(member.size() - 1)).shape().elements())));
        }
        return all;
    }

    private static Signal result(Node head, List<Node> tail, List<Signal> inputs, ToDoubleFunction<FakeQuantize> steps, int elements) {
        if (!head.outputs().isEmpty()) {
            // they are given from where they lie
            return Signal.numbers(0);
        }
        List<FakeQuantize> roundings = new ArrayList<>(head.rounding().stream().toList());
        tail.forEach(node -> node.rounding().ifPresent(roundings::add));
        boolean moves = head.operator().keepsCodes() && tail.stream().allMatch(node -> node.operator().keepsCodes());
        if (!roundings.isEmpty()) {
            FakeQuantize last = roundings.get(roundings.size() - 1);
            return new Signal(elements, last.bits(), last.signed(), steps.applyAsDouble(last));
        }
        if (moves && inputs.stream().allMatch(inputs.get(0)::means)) {
            int bits = inputs.stream().mapToInt(Signal::bits).max().orElseThrow();
            return new Signal(elements, bits, inputs.get(0).signed(), inputs.get(0).step());
        }
        if (moves && inputs.size() > 1 && inputs.stream().allMatch(input -> input.rounded() && input.parts().isEmpty())) {
            return Signal.joined(inputs);
        }
        return Signal.numbers(elements);
    }

    /** Whether it can write its result over that of a step it takes, as the cost says: it takes the place of a number when it has read it. */
    public boolean mayReplace(Signal input) {
        boolean narrower = result.bits() <= input.bits() || result.elements() == 1;
        return head.operator().inPlace() && input.bytes() >= result.bytes() && input.elements() == result.elements() && narrower;
    }

    /** What stands in the step before its result is rounded: functions in the order in which they are applied. */
    public List<Node> functions() {
        List<Node> all = new ArrayList<>();
        if (head.operator().inPlace() && head.inputs().size() == 1 && !head.operator().keepsCodes()) {
            all.add(head);
        }
        all.addAll(tail);
        return all;
    }

    /** What follows an input at once that normalises it. */
    public Optional<Normalize> normalization() {
        return !tail.isEmpty() && tail.get(0).operator() instanceof Normalize normalize ? Optional.of(normalize) : Optional.empty();
    }

    /** The same without its {@link #normalization}, which whoever writes it does apart. */
    public Step normalized() {
        return normalization().isPresent() ? new Step(head, tail.subList(1, tail.size()), inputs, result) : this;
    }
}
