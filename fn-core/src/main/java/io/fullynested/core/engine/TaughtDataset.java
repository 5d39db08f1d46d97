package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Images whose targets are what a trained network says of them, which is computed for some at a time when it is first needed. Of the first
 * images it is kept, a float for each output and image, 128 MiB of them at most; the others are asked about each time. Of images that were changed
 * it can be asked as well.
 */
public final class TaughtDataset implements Dataset {

    private static final long KEPT_NUMBERS = 1 << 25;
    /** Most numbers of images that it is asked about at once, as more may not be wanted: 250 of 28×28, or one of 3×224×224. */
    private static final int ASKED_NUMBERS = 1 << 18;

    private final Dataset images;
    private final Executable teacher;
    private final byte[] identity;
    private final Target target;
    private final int block;
    private final float[][] blocks;

    /**
     * Images and their teacher.
     *
     * @param teacher  extracted, so that it has no batch norms to recalibrate; for data sets alone, and the caller's to close
     * @param identity a digest of what the teacher is made of
     * @param output   the shape of what it gives
     */
    public TaughtDataset(Dataset images, Executable teacher, String identity, Shape output) {
        this(images, teacher, identity, output, KEPT_NUMBERS);
    }

    /** @param kept how many numbers are kept at most */
    TaughtDataset(Dataset images, Executable teacher, String identity, Shape output, long kept) {
        this.images = images;
        this.teacher = teacher;
        this.identity = identity.getBytes(StandardCharsets.UTF_8);
        List<String> names = images.classes().size() == output.channels() ? images.classes() : List.of();
        this.target = new Target(Target.Kind.NUMBERS, output, names);
        long first = Math.min(images.size(), kept / output.elements());
        this.block = Math.max(1, Math.min(LabelledImages.BATCH, ASKED_NUMBERS / images.shape().elements()));
        // whole blocks, the last one of all included
        this.blocks = new float[(int) (first == images.size() ? (first + block - 1) / block : first / block)][];
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public Shape shape() {
        return images.shape();
    }

    @Override
    public List<Shape> parts() {
        return images.parts();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public void read(int index, float[] into, int from) {
        images.read(index, into, from);
    }

    /** Its targets are a function of the image and the teacher, and need not be asked for. */
    @Override
    public void identify(int index, Consumer<ByteBuffer> into) {
        into.accept(ByteBuffer.wrap(identity));
        images.identify(index, into);
    }

    @Override
    public void readTarget(int index, float[] into, int from) {
        int size = target.size();
        int place = index / block;
        synchronized (teacher) {
            if (place >= blocks.length) {
                System.arraycopy(asked(index, 1), 0, into, from, size);
                return;
            }
            if (blocks[place] == null) {
                int first = place * block;
                blocks[place] = asked(first, Math.min(block, images.size() - first));
            }
            System.arraycopy(blocks[place], index % block * size, into, from, size);
        }
    }

    /** Asks for all targets that are kept, so that the teacher need not be there for them any more. */
    public void ask() {
        float[] answer = new float[target.size()];
        for (int first = 0; first < blocks.length * block && first < images.size(); first += block) {
            readTarget(first, answer, 0);
        }
    }

    /**
     * What the teacher says of other images of the same shape, such as these ones changed.
     *
     * @param pixels of all of them, one after the other
     * @return its outputs, likewise
     */
    public float[] answers(float[] pixels) {
        Shape shape = images.shape();
        int[] extents = IntStream.concat(IntStream.of(pixels.length / shape.elements()), Arrays.stream(shape.extents())).toArray();
        synchronized (teacher) {
            return teacher.run(new Tensor(extents, pixels)).data();
        }
    }

    private float[] asked(int first, int count) {
        int size = images.shape().elements();
        float[] pixels = new float[count * size];
        for (int i = 0; i < count; i++) {
            images.read(first + i, pixels, i * size);
        }
        return answers(pixels);
    }
}
