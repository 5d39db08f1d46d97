package io.fullynested.training;

import io.fullynested.core.engine.Engine;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;

/** Computes graphs on LibTorch. */
public final class TorchEngine implements Engine {

    /** Images computed at once: enough to keep the kernels busy, few enough to keep memory small. */
    private static final int CHUNK = 128;

    private final int threads;
    private final Workers workers;

    /**
     * An engine on the processor.
     *
     * @param threads how many chunks of images are computed at once, at least 1
     * @throws IllegalStateException if LibTorch has no binary for this machine
     */
    public TorchEngine(int threads) {
        this(threads, "cpu");
    }

    /**
     * An engine on a device.
     *
     * @param device {@code cpu}
     * @throws IllegalArgumentException if there is no such device
     * @throws IllegalStateException    if LibTorch has no binary for this machine
     */
    public TorchEngine(int threads, String device) {
        LibTorch.load(threads, device);
        this.threads = threads;
        this.workers = new Workers(threads, 1);
    }

    @Override
    public Tensor run(Model model, Tensor images) {
        int n = images.shape()[0];
        if (n == 0) {
            throw new IllegalArgumentException("There are no images to compute");
        }
        // the limits of chunks do not depend on the threads, so neither do the last bits of the results
        int chunks = (n + CHUNK - 1) / CHUNK;
        int shares = Math.min(threads, chunks);
        List<Callable<List<Tensor>>> tasks = new ArrayList<>();
        for (int i = 0; i < shares; i++) {
            int from = chunks * i / shares * CHUNK;
            int to = Math.min(n, chunks * (i + 1) / shares * CHUNK);
            tasks.add(() -> compute(model, images, from, to));
        }
        return Tensor.concat(workers.run(tasks).stream().flatMap(List::stream).toList());
    }

    @SuppressWarnings("try") // the scope and the guard work by being open
    private static List<Tensor> compute(Model model, Tensor images, int from, int to) {
        List<Tensor> results = new ArrayList<>();
        try (PointerScope scope = new PointerScope(); NoGradGuard inference = new NoGradGuard()) {
            ForwardPass pass = new ForwardPass(model.graph(), new FixedOperands(model.parameters()), Normalization.recalibrated());
            for (int start = from; start < to; start += CHUNK) {
                try (org.bytedeco.pytorch.Tensor result = pass.run(chunk(images, start, Math.min(CHUNK, to - start)))) {
                    results.add(new Tensor(LibTorch.shape(result), LibTorch.floats(result)));
                }
            }
        }
        return results;
    }

    @Override
    public Map<String, Tensor> recalibrate(Model model, Tensor images) {
        Map<String, Tensor> statistics = new TreeMap<>();
        whole(model, images, Normalization.recording(statistics));
        return statistics;
    }

    @Override
    public Tensor runAsInTraining(Model model, Tensor images) {
        return whole(model, images, Normalization.batch());
    }

    /** All images at once, as their statistics need it. */
    @SuppressWarnings("try")
    private Tensor whole(Model model, Tensor images, Normalization normalization) {
        torch.set_num_threads(threads);
        int n = images.shape()[0];
        if (n < 2) {
            throw new IllegalArgumentException("Statistics need at least 2 images, not " + n);
        }
        try (PointerScope scope = new PointerScope(); NoGradGuard inference = new NoGradGuard()) {
            org.bytedeco.pytorch.Tensor result = new ForwardPass(model.graph(), new FixedOperands(model.parameters()), normalization)
                    .run(chunk(images, 0, n));
            return new Tensor(LibTorch.shape(result), LibTorch.floats(result));
        }
    }

    private static org.bytedeco.pytorch.Tensor chunk(Tensor images, int from, int count) {
        int[] shape = images.shape();
        return LibTorch.images(images.data(), from * shape[1] * shape[2] * shape[3], count, shape[1], shape[2], shape[3]);
    }

    @Override
    public void close() {
        workers.close();
    }
}
