package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Samples of several parts, such as a picture and a row of numbers: one from each of several data sets of the same order. */
public final class JoinedDataset implements Dataset {

    private final List<Dataset> sets;

    /**
     * Joins data sets. Targets are those of the first.
     *
     * @throws IllegalArgumentException if there is none, or they differ in size
     */
    public JoinedDataset(List<? extends Dataset> sets) {
        this.sets = List.copyOf(sets);
        if (this.sets.isEmpty()) {
            throw new IllegalArgumentException("there are no data sets to join");
        }
        for (Dataset set : this.sets) {
            if (set.size() != size()) {
                throw new IllegalArgumentException("parts of " + size() + " and of " + set.size() + " samples do not go together");
            }
        }
    }

    private Dataset first() {
        return sets.get(0);
    }

    @Override
    public int size() {
        return first().size();
    }

    @Override
    public Shape shape() {
        return Shape.joined(parts());
    }

    @Override
    public List<Shape> parts() {
        return sets.stream().flatMap(set -> set.parts().stream()).toList();
    }

    @Override
    public Target target() {
        return first().target();
    }

    @Override
    public String name(int index) {
        return first().name(index);
    }

    @Override
    public List<String> classes() {
        return first().classes();
    }

    @Override
    public int label(int index) {
        return first().label(index);
    }

    @Override
    public void read(int index, float[] into, int from) {
        int next = from;
        for (Dataset set : sets) {
            set.read(index, into, next);
            next += set.shape().elements();
        }
    }

    @Override
    public void identify(int index, Consumer<ByteBuffer> into) {
        sets.forEach(set -> set.identify(index, into));
    }

    @Override
    public void readTarget(int index, float[] into, int from) {
        first().readTarget(index, into, from);
    }
}
