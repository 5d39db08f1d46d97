package io.fullynested.api.data;

import io.fullynested.api.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Images, and what is to be learnt of each, that can be read again and again in any order; they need not be in memory at once. The rows of
 * a table are images of 1×1, each column a channel. A data set of classes says {@link #classes} and {@link #label}, any other
 * {@link #target} and {@link #readTarget}.
 */
public interface Dataset {

    /** Number of images. */
    int size();

    /** Shape of every image; of samples of several parts that of all their numbers, {@link Shape#joined}. */
    Shape shape();

    /**
     * Shapes of the parts of every sample, such as a picture and a row of numbers: one for each input of a network. A sample has the
     * numbers of one part after those of the other.
     */
    default List<Shape> parts() {
        return List.of(shape());
    }

    /** What there is beside each image: its class, unless overridden. */
    default Target target() {
        return Target.classes(classes());
    }

    /** Names of the classes, by label; none if its target is another. */
    default List<String> classes() {
        return List.of();
    }

    /** What an image is called where it is told of: the file that it is in, or, unless overridden, which one it is, counted from 0. */
    default String name(int index) {
        return "image " + index;
    }

    /** Label of an image, 0..classes−1. Several threads may ask at once. */
    default int label(int index) {
        throw new UnsupportedOperationException("The data set gives " + target().kind().noun() + ", no label");
    }

    /**
     * Reads an image. Several threads may do so at once.
     *
     * @param index which one, 0..size−1
     * @param into  gets channels × rows × columns values of each part: 0..1 of images, of tables each column in its own unit
     * @param from  where in {@code into} to start
     */
    void read(int index, float[] into, int from);

    /**
     * Reads the target of an image. Several threads may do so at once.
     *
     * @param index which one, 0..size−1
     * @param into  gets as many numbers as the {@link #target} has
     * @param from  where in {@code into} to start
     */
    default void readTarget(int index, float[] into, int from) {
        into[from] = label(index);
    }

    /**
     * Gives bytes that change with the image or its target, so that a digest of them tells whether data are the same as before: what is read, unless
     * overridden. A data set that reads slowly gives the bytes of the image's file in the place of its pixels. Several threads may ask at once.
     *
     * @param index which one, 0..size−1
     * @param into  takes one buffer or several, each before the next
     */
    default void identify(int index, Consumer<ByteBuffer> into) {
        int elements = shape().elements();
        float[] numbers = new float[elements + target().size()];
        read(index, numbers, 0);
        readTarget(index, numbers, elements);
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        into.accept(bytes);
    }
}
