package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Images of a data set as tensors that an engine takes, all in memory.
 *
 * @param batches {@code [n, C, H, W]} each, all of the same n but for the last
 * @param labels  of all images, in the order of the batches
 */
public record LabelledImages(List<Tensor> batches, int[] labels) {

    /** Images per batch: large enough to keep the kernels busy, small enough for the cache. */
    static final int BATCH = 250;

    /** The first images of a data set. */
    public static LabelledImages first(Dataset data, int images) {
        return read(data, IntStream.range(0, images).toArray(), BATCH);
    }

    /** The first images of a data set after a shuffle, which depends on the seed only. */
    public static LabelledImages shuffled(Dataset data, int images, int batch, long seed) {
        int[] order = IntStream.range(0, data.size()).toArray();
        Random random = new Random(seed);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return read(data, Arrays.copyOf(order, images), batch);
    }

    private static LabelledImages read(Dataset data, int[] positions, int batch) {
        Shape shape = data.shape();
        List<Tensor> batches = new ArrayList<>();
        int[] labels = new int[positions.length];
        for (int from = 0; from < positions.length; from += batch) {
            int count = Math.min(batch, positions.length - from);
            Tensor images = Tensor.zeros(count, shape.channels(), shape.height(), shape.width());
            for (int i = 0; i < count; i++) {
                data.read(positions[from + i], images.data(), i * shape.elements());
                labels[from + i] = data.label(positions[from + i]);
            }
            batches.add(images);
        }
        return new LabelledImages(batches, labels);
    }

    /** All images in one tensor. */
    public Tensor joined() {
        return Tensor.concat(batches);
    }

    /** These images from one position to just before another, batches cut where they must be. */
    LabelledImages range(int from, int to) {
        List<Tensor> range = new ArrayList<>();
        int start = 0;
        for (Tensor batch : batches) {
            int[] shape = batch.shape().clone();
            int end = start + shape[0];
            if (from <= start && end <= to) {
                range.add(batch);
            } else if (from < end && start < to) {
                int image = batch.data().length / shape[0];
                int first = Math.max(from, start);
                shape[0] = Math.min(to, end) - first;
                range.add(new Tensor(shape, Arrays.copyOfRange(batch.data(), (first - start) * image, (first - start + shape[0]) * image)));
            }
            start = end;
        }
        return new LabelledImages(range, Arrays.copyOfRange(labels, from, to));
    }
}
