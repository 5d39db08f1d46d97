package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import java.util.List;

/** Labelled images, or rows of a table, in arrays that a program has made. The arrays are not copied. */
public final class ArrayDataset implements Dataset {

    private final Shape shape;
    private final List<String> classes;
    private final Values values;
    private final int[] labels;

    private interface Values {
        void copy(int start, int count, float[] into, int from);
    }

    private ArrayDataset(Shape shape, List<String> classes, long elements, Values values, int[] labels) {
        this.shape = shape;
        this.classes = List.copyOf(classes);
        this.values = values;
        this.labels = labels;
        if (elements != (long) labels.length * shape.elements()) {
            throw new IllegalArgumentException(labels.length + " labels need " + labels.length + " images of " + shape + ", "
                    + (long) labels.length * shape.elements() + " values, found " + elements);
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes.size()) {
                throw new IllegalArgumentException("the label of image " + i + " is " + labels[i] + ", but there are " + classes.size()
                        + " classes, 0.." + (classes.size() - 1));
            }
        }
    }

    /**
     * Images of one byte per pixel and channel.
     *
     * @param classes names, by label
     * @param pixels  {@code [n, C, H, W]}, one image after the other; 0 is read as 0, 255 as 1
     * @param labels  n labels, 0..classes−1
     * @throws IllegalArgumentException if the numbers of pixels and labels do not fit, or a label has no class
     */
    public static ArrayDataset ofBytes(Shape shape, List<String> classes, byte[] pixels, int[] labels) {
        return new ArrayDataset(shape, classes, pixels.length, (start, count, into, from) -> {
            for (int i = 0; i < count; i++) {
                into[from + i] = Byte.toUnsignedInt(pixels[start + i]) / 255f;
            }
        }, labels);
    }

    /** The same of numbers that are read as they are: {@code [n, C, H, W]}. */
    public static ArrayDataset ofFloats(Shape shape, List<String> classes, float[] values, int[] labels) {
        return new ArrayDataset(shape, classes, values.length,
                (start, count, into, from) -> System.arraycopy(values, start, into, from, count), labels);
    }

    /**
     * A table, each column a channel of an image of 1×1.
     *
     * @param rows   {@code [n][columns]}, all of one length, in units of their own: training normalises each column
     * @param labels n labels, 0..classes−1
     * @throws IllegalArgumentException if there is no row, rows differ in length, or a label has no class
     */
    public static ArrayDataset ofTable(List<String> classes, float[][] rows, int[] labels) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("a table needs at least one row");
        }
        int columns = rows[0].length;
        float[] values = new float[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != columns) {
                throw new IllegalArgumentException("row " + i + " has " + rows[i].length + " columns, the first one has " + columns);
            }
            System.arraycopy(rows[i], 0, values, i * columns, columns);
        }
        return ofFloats(Shape.image(columns, 1, 1), classes, values, labels);
    }

    @Override
    public int size() {
        return labels.length;
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
        return labels[index];
    }

    @Override
    public void read(int index, float[] into, int from) {
        values.copy(index * shape.elements(), shape.elements(), into, from);
    }
}
