package io.fullynested.tflite;

import io.fullynested.api.graph.Graph;
import io.fullynested.core.integer.Numbers;
import io.fullynested.core.integer.Refusals;
import io.fullynested.core.integer.Signal;
import io.fullynested.core.integer.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One pass over the steps of a network that writes each as {@link Kernels} says. */
final class Lowering {

    private final Graph graph;
    private final Numbers numbers;
    private final Io io;
    private final boolean narrow;
    private final List<Step> steps;
    private final Operators operators = new Operators(new FlatFile());
    private final Value[] values;
    private final List<Value> inputs = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final long[] bytes;
    private final long[] constants;
    private List<Integer> outputs;

    /**
     * A pass.
     *
     * @param graph  with batch norms folded, see {@link io.fullynested.core.model.GraphPasses#standalone}
     * @param narrow whether weights that int4 holds are int4
     */
    Lowering(Graph graph, Numbers numbers, Io io, boolean narrow) {
        this.graph = graph;
        this.numbers = numbers;
        this.io = io;
        this.narrow = narrow;
        this.steps = Step.of(graph, numbers::step);
        this.values = new Value[steps.size()];
        this.bytes = new long[steps.size()];
        this.constants = new long[steps.size()];
        this.outputs = List.of(steps.size() - 1);
    }

    /**
     * Writes all but what comes out.
     *
     * @throws io.fullynested.core.integer.NoIntegerFormException with all that is refused
     */
    void run() {
        Refusals refusals = new Refusals(steps);
        FlatFile file = operators.file();
        for (int i = 0; i < values.length; i++) {
            int now = i;
            long before = file.bytes();
            long stored = file.numbers();
            Optional<Value> value = refusals.attempt(now, () -> steps.get(now).head().operator().accept(new Kernels(this, now)));
            values[now] = value.orElse(null);
            bytes[now] = file.bytes() - before;
            constants[now] = file.numbers() - stored;
        }
        refusals.check();
    }

    /** The file. */
    byte[] finish(List<String> names, String description, Map<String, String> metadata) {
        List<Value> given = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            Value value = values[outputs.get(i)];
            if (io == Io.FLOAT32) {
                value = operators.numbers(value, names.get(i));
            } else {
                operators.file().name(value, names.get(i));
            }
            given.add(value);
        }
        return operators.file().finish(description, metadata, inputs, given);
    }

    /** What is computed, in order. */
    List<String> integers() {
        return steps.stream().filter(step -> step.result().elements() > 0).map(this::described).toList();
    }

    private String described(Step step) {
        Signal result = step.result();
        String bits = result.rounded() ? "int8 codes of " + result.bits() + " bits" : "int16 codes";
        return step.head().weight().map(weight -> step.head().name() + ", weights of " + weight.bits() + " bits, gives " + bits)
                .orElse(step.head().name() + " gives " + bits);
    }

    Graph graph() {
        return graph;
    }

    Numbers numbers() {
        return numbers;
    }

    Io io() {
        return io;
    }

    /** Whether weights that int4 holds are int4. */
    boolean narrow() {
        return narrow;
    }

    List<Step> steps() {
        return steps;
    }

    Operators operators() {
        return operators;
    }

    /** What a step gives. */
    Value value(int step) {
        return values[step];
    }

    /** Notes a tensor that comes in. */
    Value takes(Value value) {
        inputs.add(value);
        return value;
    }

    /** Notes the steps whose results come out, if they are several. */
    void gives(List<Integer> several) {
        outputs = several;
    }

    void note(String text) {
        notes.add(text);
    }

    /** What the user should know. */
    List<String> notes() {
        return notes;
    }

    /** Bytes of each step, but for what all share. */
    long[] bytes() {
        return bytes;
    }

    /** Bytes of the constants of each step. */
    long[] constants() {
        return constants;
    }
}
