package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/** Images, or rows of a table, and their targets, in arrays that a program has made. The arrays are not copied. */
public final class ArrayDataset implements Dataset {

    private final Shape shape;
    private final Target target;
    private final int size;
    private final Values values;
    private final float[] targets;

    private interface Values {
        void copy(int start, int count, float[] into, int from);

        /** As they are held. */
        ByteBuffer bytes(int start, int count);
    }

    private record Bytes(byte[] pixels) implements Values {

        @Override
        public void copy(int start, int count, float[] into, int from) {
            for (int i = 0; i < count; i++) {
                into[from + i] = Byte.toUnsignedInt(pixels[start + i]) / 255f;
            }
        }

        @Override
        public ByteBuffer bytes(int start, int count) {
            return ByteBuffer.wrap(pixels, start, count);
        }
    }

    private record Floats(float[] numbers) implements Values {

        @Override
        public void copy(int start, int count, float[] into, int from) {
            System.arraycopy(numbers, start, into, from, count);
        }

        @Override
        public ByteBuffer bytes(int start, int count) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(numbers, start, count);
            return bytes;
        }
    }

    private ArrayDataset(Shape shape, Target target, long elements, Values values, float[] targets) {
        this.shape = shape;
        this.target = target;
        this.values = values;
        this.targets = targets;
        this.size = target.size() == 0 ? Math.toIntExact(elements / shape.elements()) : targets.length / target.size();
        if ((long) size * target.size() != targets.length) {
            throw new IllegalArgumentException(targets.length + " numbers are no targets of " + target.size() + " each");
        }
        if (elements != (long) size * shape.elements()) {
            String noun = target.kind() == Target.Kind.CLASS ? "labels" : "targets";
            throw new IllegalArgumentException(size + " " + noun + " need " + size + " images of " + shape + ", "
                    + (long) size * shape.elements() + " values, found " + elements);
        }
        TargetNumbers.check(target, targets, problem -> new IllegalArgumentException(problem));
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
        return ofBytes(shape, Target.classes(classes), pixels, TargetNumbers.of(labels));
    }

    /**
     * The same with targets of any kind.
     *
     * @param targets n of them, one after the other
     * @throws IllegalArgumentException if there are not as many as images, or one is none of its kind
     */
    public static ArrayDataset ofBytes(Shape shape, Target target, byte[] pixels, float[] targets) {
        return new ArrayDataset(shape, target, pixels.length, new Bytes(pixels), targets);
    }

    /** Images of numbers that are read as they are: {@code [n, C, H, W]}. */
    public static ArrayDataset ofFloats(Shape shape, List<String> classes, float[] values, int[] labels) {
        return ofFloats(shape, Target.classes(classes), values, TargetNumbers.of(labels));
    }

    /** The same with targets of any kind. */
    public static ArrayDataset ofFloats(Shape shape, Target target, float[] values, float[] targets) {
        return new ArrayDataset(shape, target, values.length, new Floats(values), targets);
    }

    /**
     * A table, each column a channel of an image of 1×1.
     *
     * @param rows   {@code [n][columns]}, all of one length, in units of their own: training normalises each column
     * @param labels n labels, 0..classes−1
     * @throws IllegalArgumentException if there is no row, rows differ in length, or a label has no class
     */
    public static ArrayDataset ofTable(List<String> classes, float[][] rows, int[] labels) {
        return ofTable(Target.classes(classes), rows, TargetNumbers.of(labels));
    }

    /** The same with targets of any kind. */
    public static ArrayDataset ofTable(Target target, float[][] rows, float[] targets) {
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
        return ofFloats(Shape.image(columns, 1, 1), target, values, targets);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public List<String> classes() {
        return target.kind() == Target.Kind.CLASS ? target.names() : List.of();
    }

    @Override
    public int label(int index) {
        return target.kind() == Target.Kind.CLASS ? (int) targets[index] : Dataset.super.label(index);
    }

    @Override
    public void read(int index, float[] into, int from) {
        values.copy(index * shape.elements(), shape.elements(), into, from);
    }

    @Override
    public void identify(int index, Consumer<ByteBuffer> into) {
        into.accept(values.bytes(index * shape.elements(), shape.elements()));
        into.accept(new Floats(targets).bytes(index * target.size(), target.size()));
    }

    @Override
    public void readTarget(int index, float[] into, int from) {
        System.arraycopy(targets, index * target.size(), into, from, target.size());
    }
}
