package io.fullynested.c;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Numbers;
import io.fullynested.core.integer.Refusals;
import io.fullynested.core.integer.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One pass over the steps of a network that writes each as {@link Kernels} says. */
final class Lowering {

    private final Graph graph;
    private final Numbers numbers;
    private final List<Step> steps;
    private final Arena arena;
    private final Map<String, String> arguments;
    private final Unit unit;
    private final Function<Node, SharedWeights.Read> reads;
    private final List<Finish> finishes = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final long[] constants;
    private final long[] shares;
    private int now;

    /**
     * A pass.
     *
     * @param graph     with batch norms folded, see {@link io.fullynested.core.model.GraphPasses#standalone}
     * @param arguments what the bytes of each input are called, by the name of its node
     */
    Lowering(Graph graph, Numbers numbers, Map<String, String> arguments) {
        this(graph, numbers, arguments, new Unit(!numbers.absent(), false), node -> {
            throw new IllegalStateException("The weights of " + node.name() + " are its own");
        });
    }

    /**
     * A pass over a member of a family.
     *
     * @param unit  the file of all members
     * @param reads how a layer reads the weights that all share
     */
    Lowering(Graph graph, Numbers numbers, Map<String, String> arguments, Unit unit, Function<Node, SharedWeights.Read> reads) {
        this.graph = graph;
        this.numbers = numbers;
        this.unit = unit;
        this.reads = reads;
        this.steps = Step.of(graph, numbers::step);
        this.arena = Arena.of(steps);
        this.arguments = arguments;
        this.constants = new long[steps.size()];
        this.shares = new long[steps.size()];
    }

    /** @throws NoIntegerFormException with all that is refused */
    void run() {
        Refusals refusals = new Refusals(steps);
        for (now = 0; now < steps.size(); now++) {
            Step step = steps.get(now);
            for (Arena.Move move : arena.moves().get(now)) {
                unit.call("memmove(" + at(move.to()) + ", " + at(move.from()) + ", " + move.bytes() + ")");
            }
            long before = unit.constants();
            long all = before + unit.code();
            Optional<Finish> finish = refusals.attempt(now, () -> step.head().operator().accept(new Kernels(this, now)));
            finishes.add(finish.orElse(null));
            if (finish.isPresent() && step.result().elements() > 0) {
                unit.writes(step.result());
            }
            constants[now] = unit.constants() - before;
            shares[now] = unit.constants() + unit.code() - all;
        }
        refusals.check();
    }

    /** What is computed, in order. */
    List<String> integers() {
        return steps.stream().filter(step -> step.result().elements() > 0).map(Lowering::described).toList();
    }

    private static String described(Step step) {
        String bits = step.result().rounded() ? (step.result().signed() ? "int" : "uint") + step.result().bits() : "int32";
        return step.head().weight().map(weight -> step.head().name() + ", weights of " + weight.bits() + " bits, gives " + bits)
                .orElse(step.head().name() + " gives " + bits);
    }

    /** What the user should know. */
    List<String> notes() {
        return notes;
    }

    void note(String text) {
        notes.add(text);
    }

    Graph graph() {
        return graph;
    }

    List<Step> steps() {
        return steps;
    }

    Arena arena() {
        return arena;
    }

    /** How a layer of a member of a family reads its weights. */
    SharedWeights.Read read(Node node) {
        return reads.apply(node);
    }

    Unit unit() {
        return unit;
    }

    /** What the sums of a step end in. */
    Finish finish(int position) {
        return finishes.get(position);
    }

    Numbers numbers() {
        return numbers;
    }

    /** Bytes of constants and code of each step, but for what all share. */
    long[] shares() {
        return shares;
    }

    /** Bytes of constants of each step. */
    long[] constants() {
        return constants;
    }

    String argument(Node input) {
        return arguments.get(input.name());
    }

    /** Where an input of the step lies that is being written. */
    String operand(int input) {
        return at(arena.reads().get(now).get(input));
    }

    /** Where its result goes. */
    String result() {
        return at(arena.offsets()[now]);
    }

    static String at(int offset) {
        return offset == 0 ? "arena" : "arena + " + offset;
    }
}
