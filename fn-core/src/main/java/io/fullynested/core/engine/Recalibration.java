package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the batch-norm statistics of models on a fixed draw of training images. As many images as are 32 MiB of numbers, and whose signals are 128 MiB
 * at once, go through the model together, each layer normalised by the statistics of them all. More go through in chunks of nearly equal size, and each
 * layer's statistics are put together from those of the chunks by the law of total variance; within a chunk, layers are normalised by the
 * chunk's own.
 */
public final class Recalibration {

    private final LabelledImages images;
    private final int chunk;
    private final boolean held;

    /**
     * Draws the images, and reads none yet.
     *
     * @param training where they are drawn from
     * @param images   how many, at least 2; all of a smaller set
     * @param seed     of the draw
     */
    public Recalibration(Dataset training, int images, long seed) {
        this(LabelledImages.shuffled(training, Math.min(images, training.size()), seed), chunk(Math.min(images, training.size()),
                training.shape().elements()), true);
    }

    /** The same for one model only: no image stays in memory, and it gives the same numbers. */
    public static Recalibration once(Dataset training, int images, long seed) {
        int count = Math.min(images, training.size());
        return new Recalibration(LabelledImages.shuffled(training, count, seed), chunk(count, training.shape().elements()), false);
    }

    /**
     * The same in chunks of a size of one's own, such as to see what chunks change.
     *
     * @param chunk images of a chunk, at least 2, such that no chunk is of one image
     */
    public Recalibration(Dataset training, int images, long seed, int chunk) {
        this(LabelledImages.shuffled(training, Math.min(images, training.size()), seed), legal(chunk, Math.min(images, training.size())), true);
    }

    /** On images that were drawn before, all of them. */
    public Recalibration(Dataset drawn) {
        this(LabelledImages.of(drawn), chunk(drawn.size(), drawn.shape().elements()), true);
    }

    private static int legal(int chunk, int images) {
        if (chunk < 2 || images > chunk && images % chunk == 1) {
            throw new IllegalArgumentException(images + " images cannot be recalibrated on in chunks of " + chunk + ": none may be of one image");
        }
        return chunk;
    }

    private Recalibration(LabelledImages drawn, int chunk, boolean held) {
        this.chunk = chunk;
        this.held = held;
        this.images = held ? drawn.inBatchesOf(chunk).held() : drawn;
    }

    /** The positions of the images that are drawn for the same arguments. */
    public static int[] drawn(Dataset training, int images, long seed) {
        return LabelledImages.drawn(training, Math.min(images, training.size()), seed);
    }

    /** Images of a chunk, of which none has only one. */
    static int chunk(int images, int numbers) {
        return equal(images, (int) Math.max(1, ((long) images * numbers + LabelledImages.BATCH_NUMBERS - 1) / LabelledImages.BATCH_NUMBERS));
    }

    /**
     * Cuts images so that those that go through a model together fit into memory.
     *
     * @param images {@code [n, C, H, W]}
     * @return some after the other, each of at least two images if there are two
     */
    static List<Tensor> cut(Tensor images, Graph model) {
        int count = images.shape()[0];
        int part = part(count, model);
        List<Tensor> parts = new ArrayList<>();
        for (int from = 0; from < count; from += part) {
            parts.add(part >= count ? images : images.range(from, Math.min(count, from + part)));
        }
        return parts;
    }

    private static int part(int count, Graph model) {
        int most = LiveNumbers.samples(model);
        return count <= most ? count : equal(count, (count + most - 1) / most);
    }

    private static int equal(int images, int chunks) {
        int chunk = Math.max(2, Math.min(images, (images + chunks - 1) / chunks));
        while (images > chunk && images % chunk == 1) {
            chunk++;
        }
        return chunk;
    }

    /**
     * The statistics of a model.
     *
     * @param graph of the model
     * @return as {@link Executable#recalibrate} gives them; none if it has no batch norms
     */
    public Map<String, Tensor> statistics(Executable model, Graph graph) {
        Map<String, String> variances = new TreeMap<>();
        for (Node node : graph.nodes()) {
            if (node.operator() instanceof BatchNorm norm) {
                variances.put(norm.mean().parameter(), norm.variance().parameter());
            }
        }
        if (variances.isEmpty()) {
            return Map.of();
        }
        if (images.size() <= chunk && images.size() <= LiveNumbers.samples(graph)) {
            return model.recalibrate(images.joined());
        }
        PooledStatistics pooled = new PooledStatistics();
        if (held) {
            images.forEach(some -> cut(some.images(), graph).forEach(part -> add(pooled, variances, model, part)));
            return pooled.statistics();
        }
        for (int from = 0; from < images.size(); from += chunk) {
            int count = Math.min(chunk, images.size() - from);
            images.range(from, from + count).inBatchesOf(part(count, graph)).forEach(part -> add(pooled, variances, model, part.images()));
        }
        return pooled.statistics();
    }

    private static void add(PooledStatistics pooled, Map<String, String> variances, Executable model, Tensor part) {
        pooled.add(variances, model.recalibrate(part), part.shape()[0]);
    }
}
