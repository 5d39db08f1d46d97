package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.io.Compressed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training images that batch norms are recalibrated on, kept in a checkpoint, so that what is exported of it needs no data: a line that
 * tells the numbers' kind, the shape and how many targets there are, the numbers compressed, what the data say of images, the targets compressed, and the names
 * in it. Where all of them would take more than {@value #MOST} bytes, only the first are kept.
 *
 * @param images   in the order in which they were drawn, without targets
 * @param trials   the first of them, as many as have targets that take {@value #MOST_TARGETS} bytes, to try an export on; labels are 0 in files of before
 *                 targets were kept
 * @param target   what the data say of each image
 * @param complete whether none of the images is missing, so that an export comes out the same with the data and without
 */
record TrainingSample(Dataset images, Dataset trials, Target target, boolean complete) {

    /** Most bytes of the numbers in a checkpoint. */
    static final int MOST = 4 << 20;
    /** Most bytes of targets. */
    static final int MOST_TARGETS = 1 << 20;

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
        int size = data.target().size();
        float[] targets = new float[size * Math.min(kept.length, size == 0 ? kept.length : Math.max(1, MOST_TARGETS / Float.BYTES / size))];
        for (int i = 0; i * size < targets.length; i++) {
            data.readTarget(kept[i], targets, i * size);
        }
        return of(data.shape(), numbers, data.target(), targets, kept.length == drawn.length);
    }

    private static TrainingSample of(Shape shape, float[] numbers, Target target, float[] targets, boolean complete) {
        int count = target.size() == 0 ? numbers.length / shape.elements() : targets.length / target.size();
        Dataset trials = ArrayDataset.ofFloats(shape, target, Arrays.copyOf(numbers, count * shape.elements()), targets);
        return new TrainingSample(ArrayDataset.ofFloats(shape, Target.nothing(), numbers, new float[0]), trials, target, complete);
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
                "" + shape.width(), "" + trials.size());
        ByteBuffer targets = ByteBuffer.allocate(Float.BYTES * trials.size() * target.size()).order(ByteOrder.LITTLE_ENDIAN);
        float[] one = new float[target.size()];
        for (int i = 0; i < trials.size(); i++) {
            trials.readTarget(i, one, 0);
            targets.asFloatBuffer().put(one);
            targets.position(targets.position() + Float.BYTES * one.length);
        }
        return head + "\n" + Base64.getEncoder().encodeToString(Compressed.of(buffer.array())) + "\n"
                + String.join(" ", target.kind().name(), "" + target.shape().channels(), "" + target.shape().height(), "" + target.shape().width()) + "\n"
                + Base64.getEncoder().encodeToString(Compressed.of(targets.array())) + "\n"
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
        boolean targeted = head.length == 7;
        if (head.length != 6 && !targeted || meant.length != 4 || targeted && lines.size() < 4) {
            throw new IllegalArgumentException("the sample of training images is damaged");
        }
        boolean bytes = head[0].equals("bytes");
        int[] numbers = Arrays.stream(head, 2, head.length).mapToInt(Integer::parseInt).toArray();
        Shape shape = Shape.image(numbers[1], numbers[2], numbers[3]);
        long length = (long) numbers[0] * shape.elements();
        if (numbers[0] < 1 || length > MOST || targeted && (numbers[4] < 1 || numbers[4] > numbers[0])) {
            throw new IllegalArgumentException("the sample of training images is damaged: " + lines.get(0));
        }
        ByteBuffer buffer = expanded(lines.get(1), length * (bytes ? 1 : Float.BYTES));
        float[] values = new float[(int) length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes ? Byte.toUnsignedInt(buffer.get()) / 255f : buffer.getFloat();
        }
        int[] extents = Arrays.stream(meant, 1, 4).mapToInt(Integer::parseInt).toArray();
        List<String> names = lines.subList(targeted ? 4 : 3, lines.size()).stream().map(name -> new String(Base64.getDecoder().decode(name), StandardCharsets.UTF_8)).toList();
        Shape meaning = extents[1] == 1 && extents[2] == 1 ? Shape.flat(extents[0]) : Shape.image(extents[0], extents[1], extents[2]);
        Target target = new Target(Target.Kind.valueOf(meant[0]), meaning, names);
        boolean complete = head[1].equals("all");
        if (!targeted) {
            Target known = target.kind() == Target.Kind.CLASS ? target : Target.nothing();
            TrainingSample old = of(shape, values, known, new float[known.size() * numbers[0]], complete);
            return new TrainingSample(old.images, old.trials, target, complete);
        }
        FloatBuffer kept = expanded(lines.get(3), (long) Float.BYTES * numbers[4] * target.size()).asFloatBuffer();
        float[] targets = new float[kept.remaining()];
        kept.get(targets);
        return of(shape, values, target, targets, complete);
    }

    private static ByteBuffer expanded(String text, long length) {
        if (length < 0 || length > Math.max(MOST, MOST_TARGETS) * (long) Float.BYTES) {
            throw new IllegalArgumentException("the sample of training images is damaged: " + length + " bytes");
        }
        return ByteBuffer.wrap(Compressed.expand(Base64.getDecoder().decode(text), (int) length)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
