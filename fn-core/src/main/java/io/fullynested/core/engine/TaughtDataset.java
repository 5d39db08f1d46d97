package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images whose targets are what a trained network says of them, which is computed for some at a time when it is first needed, and kept: a
 * float for each output and image.
 */
public final class TaughtDataset implements Dataset {

    private final Dataset images;
    private final Executable teacher;
    private final Target target;
    private final float[][] blocks;

    /**
     * Images and their teacher.
     *
     * @param teacher extracted, so that it has no batch norms to recalibrate; for data sets alone, and the caller's to close
     * @param output  the shape of what it gives
     */
    public TaughtDataset(Dataset images, Executable teacher, Shape output) {
        this.images = images;
        this.teacher = teacher;
        List<String> names = images.classes().size() == output.channels() ? images.classes() : List.of();
        this.target = new Target(Target.Kind.NUMBERS, output, names);
        this.blocks = new float[(images.size() + LabelledImages.BATCH - 1) / LabelledImages.BATCH][];
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

    @Override
    public void readTarget(int index, float[] into, int from) {
        int size = target.size();
        System.arraycopy(block(index / LabelledImages.BATCH), index % LabelledImages.BATCH * size, into, from, size);
    }

    private float[] block(int block) {
        synchronized (teacher) {
            if (blocks[block] == null) {
                int first = block * LabelledImages.BATCH;
                int count = Math.min(LabelledImages.BATCH, images.size() - first);
                Shape shape = images.shape();
                Tensor some = Tensor.zeros(IntStream.concat(IntStream.of(count), Arrays.stream(shape.extents())).toArray());
                for (int i = 0; i < count; i++) {
                    images.read(first + i, some.data(), i * shape.elements());
                }
                blocks[block] = teacher.run(some).data();
            }
            return blocks[block];
        }
    }
}
