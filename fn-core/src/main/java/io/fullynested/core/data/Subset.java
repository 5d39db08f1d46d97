package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Some images of a data set, in an order of their own. */
public final class Subset implements Dataset {

    private final Dataset whole;
    private final int[] positions;

    /** @param positions of the images in the whole set */
    public Subset(Dataset whole, int[] positions) {
        this.whole = whole;
        this.positions = positions.clone();
    }

    @Override
    public int size() {
        return positions.length;
    }

    @Override
    public Shape shape() {
        return whole.shape();
    }

    @Override
    public Target target() {
        return whole.target();
    }

    @Override
    public void readTarget(int index, float[] into, int from) {
        whole.readTarget(positions[index], into, from);
    }

    @Override
    public List<Shape> parts() {
        return whole.parts();
    }

    @Override
    public List<String> classes() {
        return whole.classes();
    }

    @Override
    public String name(int index) {
        return whole.name(positions[index]);
    }

    @Override
    public int label(int index) {
        return whole.label(positions[index]);
    }

    @Override
    public void identify(int index, Consumer<ByteBuffer> into) {
        whole.identify(positions[index], into);
    }

    @Override
    public void read(int index, float[] into, int from) {
        whole.read(positions[index], into, from);
    }
}
