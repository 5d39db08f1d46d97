package io.fullynested.api.graph;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The end of a network that has several outputs: all their numbers as one row, those of one output after those of the other. It comes last,
 * and nothing takes its result. Engines compute it; a file gives each output for itself, and so has nothing in its place.
 *
 * @param names what files call the outputs, one for each that it takes
 */
public record Outputs(List<String> names) implements Moving {

    /** @throws IllegalArgumentException if there are fewer than two, or two have one name */
    public Outputs {
        names = List.copyOf(names);
        if (names.size() < 2 || new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException("takes two outputs or more, each of its own name, not " + names);
        }
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        if (inputs.size() != names.size()) {
            throw new IllegalArgumentException("has " + names.size() + " names for " + inputs.size() + " outputs");
        }
        return Shape.joined(inputs);
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return flow.concat(IntStream.range(0, inputs.size()).mapToObj(i -> flow.repeat(inputs.get(i), shapes.get(i).positions())).toList());
    }

    @Override
    public boolean inPlace() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.outputs(this);
    }
}
