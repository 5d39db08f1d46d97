package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import java.util.List;

/** Labelled images of one byte per pixel and channel, some positions of arrays that several sets share. */
final class ImageSet implements Dataset {

    private final Shape shape;
    private final List<String> classes;
    private final byte[] pixels;
    private final byte[] labels;
    private final int[] positions;

    /**
     * @param pixels    all images, one after the other; 0 is read as 0, 255 as 1
     * @param labels    of all images
     * @param positions which of them belong to the set
     */
    ImageSet(Shape shape, List<String> classes, byte[] pixels, byte[] labels, int[] positions) {
        this.shape = shape;
        this.classes = List.copyOf(classes);
        this.pixels = pixels;
        this.labels = labels;
        this.positions = positions;
    }

    @Override
    public int size() {
        return positions.length;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int index) {
        return Byte.toUnsignedInt(labels[positions[index]]);
    }

    @Override
    public void read(int index, float[] into, int from) {
        int elements = shape.elements();
        int start = positions[index] * elements;
        for (int i = 0; i < elements; i++) {
            into[from + i] = Byte.toUnsignedInt(pixels[start + i]) / 255f;
        }
    }
}
