package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.data.ReadAhead;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Images of a data set in a fixed order, to be gone through again and again, a batch at a time. In memory are the batch that is looked
 * at, those read ahead on threads of their own, and what is {@linkplain #held held}; however many images there are.
 */
public final class LabelledImages {

    /** Images per batch, unless they are large: enough to keep the kernels busy, few enough for the cache. */
    public static final int BATCH = 250;

    /** Most numbers of a batch, 32 MiB of them: 250 images of 3×104×104, or 55 of 3×224×224. */
    static final int BATCH_NUMBERS = 1 << 23;

    /** Most numbers that are held, 128 MiB of them: 10,900 images of 3×32×32, or 220 of 3×224×224. */
    private static final long HELD_NUMBERS = 1 << 25;

    private final Dataset data;
    private final int[] order;
    private final int from;
    private final int to;
    private final int batch;
    private final Map<Integer, Tensor> held;
    private final int holds;

    /**
     * Some images.
     *
     * @param images  {@code [n, C, H, W]}
     * @param targets of the n images, one after the other
     */
    public record Batch(Tensor images, float[] targets) {

        /** How many images there are. */
        public int size() {
            return images.shape()[0];
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Batch that && images.equals(that.images) && Arrays.equals(targets, that.targets);
        }

        @Override
        public int hashCode() {
            return 31 * images.hashCode() + Arrays.hashCode(targets);
        }

        @Override
        public String toString() {
            return "Batch[images=" + images + ", targets=" + Arrays.toString(targets) + "]";
        }
    }

    private LabelledImages(Dataset data, int[] order, int from, int to, int batch, Map<Integer, Tensor> held, int holds) {
        this.data = data;
        this.order = order;
        this.from = from;
        this.to = to;
        this.batch = batch;
        this.held = held;
        this.holds = holds;
    }

    private static LabelledImages of(Dataset data, int[] order) {
        return new LabelledImages(data, order, 0, order.length, BATCH, Map.of(), 0).batched(BATCH);
    }

    /** All images of a data set. */
    public static LabelledImages of(Dataset data) {
        return first(data, data.size());
    }

    /** Images that are in memory already, {@code [n, C, H, W]}, or vectors {@code [n, C]}, without targets. */
    public static LabelledImages of(Tensor images) {
        int[] shape = images.shape();
        Shape image = shape.length == 2 ? Shape.flat(shape[1]) : Shape.image(shape[1], shape[2], shape[3]);
        return of(ArrayDataset.ofFloats(image, Target.nothing(), images.data(), new float[0]));
    }

    /** The first images of a data set. */
    public static LabelledImages first(Dataset data, int images) {
        return of(data, IntStream.range(0, images).toArray());
    }

    /** The first images of a data set after a shuffle, which depends on the seed only. */
    public static LabelledImages shuffled(Dataset data, int images, long seed) {
        return of(data, drawn(data, images, seed));
    }

    /** The positions of those. */
    static int[] drawn(Dataset data, int images, long seed) {
        int[] order = IntStream.range(0, data.size()).toArray();
        Random random = new Random(seed);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return Arrays.copyOf(order, images);
    }

    /** The same images in batches of another size, or of fewer if they are large. */
    public LabelledImages batched(int images) {
        return inBatchesOf(Math.max(1, Math.min(images, BATCH_NUMBERS / data.shape().elements())));
    }

    LabelledImages inBatchesOf(int images) {
        int[] rest = from == 0 && to == order.length ? order : Arrays.copyOfRange(order, from, to);
        return new LabelledImages(data, rest, 0, rest.length, images, Map.of(), 0);
    }

    /** The same images, of which the first batches stay in memory once they were read, 128 MiB of them at most. */
    public LabelledImages held() {
        long most = HELD_NUMBERS / data.shape().elements();
        int holds = most >= order.length ? order.length : (int) most / batch * batch;
        return new LabelledImages(data, order, from, to, batch, new ConcurrentHashMap<>(), holds);
    }

    /** These images from one position to just before another, batches cut where they must be. */
    public LabelledImages range(int first, int end) {
        return new LabelledImages(data, order, from + first, from + end, batch, held, holds);
    }

    /** How many images there are. */
    public int size() {
        return to - from;
    }

    /** The targets of all images, one after the other. */
    public float[] targets() {
        return targets(from, to);
    }

    /** Goes through the images, a batch after the other, while the next ones are read. */
    public void forEach(Consumer<Batch> use) {
        int first = from / batch;
        int end = (to + batch - 1) / batch;
        if (end - first <= 1 || IntStream.range(first, end).allMatch(held::containsKey)) {
            IntStream.range(first, end).forEach(block -> use.accept(batch(block)));
            return;
        }
        try (ReadAhead<Batch> ahead = new ReadAhead<>(block -> batch((int) block), end, (long) batch * data.shape().elements())) {
            IntStream.range(first, end).forEach(block -> use.accept(ahead.get(block)));
        }
    }

    /** All images in one tensor. */
    public Tensor joined() {
        List<Tensor> batches = IntStream.range(from / batch, (to + batch - 1) / batch).mapToObj(block -> batch(block).images()).toList();
        return batches.size() == 1 ? batches.get(0) : Tensor.concat(batches);
    }

    /** What of a block of images is within the range. */
    private Batch batch(int block) {
        int start = Math.max(from, block * batch);
        int end = Math.min(to, (block + 1) * batch);
        return new Batch(pixels(block, start, end), targets(start, end));
    }

    private Tensor pixels(int block, int start, int end) {
        int first = block * batch;
        int last = Math.min(order.length, first + batch);
        if (last > holds) {
            return read(start, end);
        }
        Tensor whole = held.computeIfAbsent(block, b -> read(first, last));
        if (start == first && end == last) {
            return whole;
        }
        int image = data.shape().elements();
        return new Tensor(shape(end - start), Arrays.copyOfRange(whole.data(), (start - first) * image, (end - first) * image));
    }

    private Tensor read(int start, int end) {
        Tensor images = Tensor.zeros(shape(end - start));
        for (int i = start; i < end; i++) {
            data.read(order[i], images.data(), (i - start) * data.shape().elements());
        }
        return images;
    }

    private float[] targets(int start, int end) {
        int size = data.target().size();
        float[] targets = new float[(end - start) * size];
        for (int i = start; i < end && size > 0; i++) {
            data.readTarget(order[i], targets, (i - start) * size);
        }
        return targets;
    }

    private int[] shape(int images) {
        return IntStream.concat(IntStream.of(images), Arrays.stream(data.shape().extents())).toArray();
    }
}
