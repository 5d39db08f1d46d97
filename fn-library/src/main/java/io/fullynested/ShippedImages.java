package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A data set that goes to another process: all targets, but the pixels of some images only. Those stand where they stood, so that the same
 * draw finds the same images. Not in it: targets that are pictures themselves, of images that do not go along.
 */
final class ShippedImages implements Dataset, Serializable {

    private static final long serialVersionUID = 1;

    private final int size;
    /** Of each part, and last of the target: ordinal of its dimensions, channels, height, width. */
    private final int[][] shapes;
    private final Target.Kind kind;
    private final ArrayList<String> names;
    /** By image; null of one that does not go along. Either bytes, if all numbers are what images of bytes read as, or floats. */
    private final Object[] images;
    private final float[][] targets;
    private transient Shape shape;

    private ShippedImages(int size, int[][] shapes, Target.Kind kind, ArrayList<String> names, Object[] images, float[][] targets) {
        this.size = size;
        this.shapes = shapes;
        this.kind = kind;
        this.names = names;
        this.images = images;
        this.targets = targets;
    }

    /** All of a data set. */
    static ShippedImages all(Dataset data) {
        int[] positions = new int[data.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = i;
        }
        return some(data, positions);
    }

    /** A data set with the pixels of the images at some positions. */
    static ShippedImages some(Dataset data, int[] positions) {
        List<int[]> shapes = new ArrayList<>(data.parts().stream().map(ShippedImages::numbers).toList());
        shapes.add(numbers(data.target().shape()));
        Object[] images = new Object[data.size()];
        float[] numbers = new float[data.shape().elements()];
        float[][] targets = new float[data.size()][];
        for (int position : positions) {
            data.read(position, numbers, 0);
            byte[] bytes = bytes(numbers);
            images[position] = bytes == null ? numbers.clone() : bytes;
        }
        for (int i = 0; i < targets.length; i++) {
            if (images[i] != null || data.target().kind() != Target.Kind.CLASS_OF_PIXELS) {
                targets[i] = new float[data.target().size()];
                data.readTarget(i, targets[i], 0);
            }
        }
        return new ShippedImages(data.size(), shapes.toArray(int[][]::new), data.target().kind(), new ArrayList<>(data.target().names()), images, targets);
    }

    private static int[] numbers(Shape shape) {
        return new int[] {shape.dimensions().ordinal(), shape.channels(), shape.height(), shape.width()};
    }

    private static Shape shape(int[] numbers) {
        return new Shape(Shape.Dimensions.values()[numbers[0]], numbers[1], numbers[2], numbers[3]);
    }

    /** The bytes that read as these numbers, to the last bit; null if there are none. */
    private static byte[] bytes(float[] numbers) {
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            int nearest = Math.round(255 * numbers[i]);
            if (nearest < 0 || nearest > 255 || nearest / 255f != numbers[i]) {
                return null;
            }
            bytes[i] = (byte) nearest;
        }
        return bytes;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Shape shape() {
        if (shape == null) {
            shape = Shape.joined(parts());
        }
        return shape;
    }

    @Override
    public List<Shape> parts() {
        return List.of(shapes).subList(0, shapes.length - 1).stream().map(ShippedImages::shape).toList();
    }

    @Override
    public Target target() {
        return new Target(kind, shape(shapes[shapes.length - 1]), names);
    }

    @Override
    public List<String> classes() {
        return kind == Target.Kind.CLASS ? List.copyOf(names) : List.of();
    }

    @Override
    public int label(int index) {
        return kind == Target.Kind.CLASS ? (int) targets[index][0] : Dataset.super.label(index);
    }

    @Override
    public void read(int index, float[] into, int from) {
        if (images[index] instanceof byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                into[from + i] = Byte.toUnsignedInt(bytes[i]) / 255f;
            }
        } else if (images[index] instanceof float[] numbers) {
            System.arraycopy(numbers, 0, into, from, numbers.length);
        } else {
            throw new IllegalStateException("Image " + index + " did not go along, and was not to be asked for");
        }
    }

    @Override
    public void readTarget(int index, float[] into, int from) {
        if (targets[index] == null) {
            throw new IllegalStateException("The target of image " + index + " did not go along, and was not to be asked for");
        }
        System.arraycopy(targets[index], 0, into, from, targets[index].length);
    }
}
