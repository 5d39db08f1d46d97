package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.io.Compressed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training images that batch norms are recalibrated on, kept in a checkpoint, so that what is exported of it needs no data: a line that
 * tells the numbers' kind and the shape, the numbers compressed, what the data say of images, and the names in it. Where all of them would take more than
 * {@value #MOST} bytes, only the first are kept.
 *
 * @param images   in the order in which they were drawn; their labels are 0
 * @param target   what the data say of each image, which is not kept
 * @param complete whether none is missing, so that an export comes out the same with the data and without
 */
record TrainingSample(Dataset images, Target target, boolean complete) {

    /** Most bytes of the numbers in a checkpoint. */
    static final int MOST = 4 << 20;

    /** Reads the images that {@link Recalibration} draws. */
    static TrainingSample of(Dataset data, int images, long seed) {
        int[] drawn = Recalibration.drawn(data, images, seed);
        int elements = data.shape().elements();
        // a byte of pixels takes a byte at most, and base64 a third more; a float four times that
        int most = (int) Math.max(2, 3L * MOST / 4 / elements / (isOfBytes(data, drawn) ? 1 : Float.BYTES));
        int[] kept = Arrays.copyOf(drawn, Math.min(drawn.length, most));
        float[] numbers = new float[kept.length * elements];
        for (int i = 0; i < kept.length; i++) {
            data.read(kept[i], numbers, i * elements);
        }
        return new TrainingSample(dataset(data.shape(), data.target(), numbers), data.target(), kept.length == drawn.length);
    }

    private static Dataset dataset(Shape shape, Target target, float[] numbers) {
        return ArrayDataset.ofFloats(shape, target.kind() == Target.Kind.CLASS ? target.names() : List.of("unknown"), numbers, new int[numbers.length / shape.elements()]);
    }

    /** Whether the numbers are those of bytes, judged by the first images. */
    private static boolean isOfBytes(Dataset data, int[] drawn) {
        float[] image = new float[data.shape().elements()];
        return Arrays.stream(drawn).limit(8).allMatch(position -> {
            data.read(position, image, 0);
            return isOfBytes(image);
        });
    }

    private static boolean isOfBytes(float[] numbers) {
        return IntStream.range(0, numbers.length).allMatch(i -> numbers[i] >= 0 && numbers[i] <= 1 && Math.round(255 * numbers[i]) / 255f == numbers[i]);
    }

    /** As it stands in a checkpoint. */
    String text() {
        Shape shape = images.shape();
        float[] numbers = new float[images.size() * shape.elements()];
        IntStream.range(0, images.size()).forEach(i -> images.read(i, numbers, i * shape.elements()));
        boolean bytes = isOfBytes(numbers);
        ByteBuffer buffer = ByteBuffer.allocate((bytes ? 1 : Float.BYTES) * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            if (bytes) {
                buffer.put((byte) Math.round(255 * number));
            } else {
                buffer.putFloat(number);
            }
        }
        String head = String.join(" ", bytes ? "bytes" : "floats", complete ? "all" : "some", "" + images.size(), "" + shape.channels(), "" + shape.height(),
                "" + shape.width());
        return head + "\n" + Base64.getEncoder().encodeToString(Compressed.of(buffer.array())) + "\n"
                + String.join(" ", target.kind().name(), "" + target.shape().channels(), "" + target.shape().height(), "" + target.shape().width()) + "\n"
                + String.join("\n", target.names().stream().map(name -> Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8))).toList());
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    static TrainingSample parse(String text) {
        List<String> lines = text.lines().toList();
        String[] head = lines.isEmpty() ? new String[0] : lines.get(0).split(" ");
        String[] meant = lines.size() < 3 ? new String[0] : lines.get(2).split(" ");
        if (head.length != 6 || meant.length != 4) {
            throw new IllegalArgumentException("the sample of training images is damaged");
        }
        boolean bytes = head[0].equals("bytes");
        int[] numbers = Arrays.stream(head, 2, 6).mapToInt(Integer::parseInt).toArray();
        Shape shape = Shape.image(numbers[1], numbers[2], numbers[3]);
        long length = (long) numbers[0] * shape.elements();
        if (numbers[0] < 1 || length > MOST) {
            throw new IllegalArgumentException("the sample of training images is damaged: " + lines.get(0));
        }
        byte[] raw = Compressed.expand(Base64.getDecoder().decode(lines.get(1)), (int) length * (bytes ? 1 : Float.BYTES));
        ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[(int) length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes ? Byte.toUnsignedInt(buffer.get()) / 255f : buffer.getFloat();
        }
        int[] extents = Arrays.stream(meant, 1, 4).mapToInt(Integer::parseInt).toArray();
        List<String> names = lines.subList(3, lines.size()).stream().map(name -> new String(Base64.getDecoder().decode(name), StandardCharsets.UTF_8)).toList();
        Shape meaning = extents[1] == 1 && extents[2] == 1 ? Shape.flat(extents[0]) : Shape.image(extents[0], extents[1], extents[2]);
        Target target = new Target(Target.Kind.valueOf(meant[0]), meaning, names);
        return new TrainingSample(dataset(shape, target, values), target, head[1].equals("all"));
    }
}
