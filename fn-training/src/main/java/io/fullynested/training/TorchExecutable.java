package io.fullynested.training;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.LiveNumbers;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;

/** A network whose tensors LibTorch holds. */
final class TorchExecutable implements Executable {

    /** Most images computed at once: enough to keep the kernels busy, few enough to keep memory small. */
    private static final int CHUNK = 128;
    /** Of large images a quarter of those that {@link LiveNumbers} allows, as caches are small and each thread has a chunk of its own. */
    private static final int SMALL = 4;

    private final Graph graph;
    private final int chunk;
    private final FixedOperands operands;
    private final TorchDevice device;
    private final int threads;
    private final Optional<Workers> workers;

    /** @param workers to compute chunks side by side; empty if the thread that asks computes alone */
    TorchExecutable(Model model, TorchDevice device, int threads, Optional<Workers> workers) {
        this.graph = model.graph();
        this.device = device;
        this.chunk = Math.max(1, Math.min(CHUNK, LiveNumbers.samples(graph) / SMALL));
        this.operands = new FixedOperands(graph, model.parameters(), device);
        this.threads = threads;
        this.workers = workers;
    }

    @Override
    public Tensor run(Tensor images) {
        int n = images.shape()[0];
        if (n == 0) {
            throw new IllegalArgumentException("There are no images to compute");
        }
        if (workers.isEmpty()) {
            torch.set_num_threads(1);
            return Tensor.concat(compute(images, 0, n));
        }
        // the limits of chunks do not depend on the threads, so neither do the last bits of the results
        int chunks = (n + chunk - 1) / chunk;
        int shares = Math.min(threads, chunks);
        List<Callable<List<Tensor>>> tasks = new ArrayList<>();
        for (int i = 0; i < shares; i++) {
            int from = chunks * i / shares * chunk;
            int to = Math.min(n, chunks * (i + 1) / shares * chunk);
            tasks.add(() -> compute(images, from, to));
        }
        return Tensor.concat(workers.get().run(tasks).stream().flatMap(List::stream).toList());
    }

    @SuppressWarnings("try") // the scope and the guard work by being open
    private List<Tensor> compute(Tensor images, int from, int to) {
        List<Tensor> results = new ArrayList<>();
        try (PointerScope scope = new PointerScope(); NoGradGuard inference = new NoGradGuard()) {
            ForwardPass pass = new ForwardPass(graph, operands, Normalization.recalibrated());
            for (int start = from; start < to; start += chunk) {
                try (org.bytedeco.pytorch.Tensor result = pass.run(chunk(images, start, Math.min(chunk, to - start)))) {
                    results.add(new Tensor(LibTorch.shape(result), LibTorch.floats(result)));
                }
            }
        }
        return results;
    }

    @Override
    public Map<String, Tensor> recalibrate(Tensor images) {
        Map<String, Tensor> statistics = new TreeMap<>();
        whole(images, Normalization.recording(statistics));
        return statistics;
    }

    @Override
    public Tensor runAsInTraining(Tensor images) {
        return whole(images, Normalization.batch());
    }

    /** All images at once, as their statistics need it. */
    @SuppressWarnings("try")
    private Tensor whole(Tensor images, Normalization normalization) {
        torch.set_num_threads(threads);
        int n = images.shape()[0];
        if (n < 2) {
            throw new IllegalArgumentException("Statistics need at least 2 images, not " + n);
        }
        try (PointerScope scope = new PointerScope(); NoGradGuard inference = new NoGradGuard()) {
            org.bytedeco.pytorch.Tensor result = new ForwardPass(graph, operands, normalization).run(chunk(images, 0, n));
            return new Tensor(LibTorch.shape(result), LibTorch.floats(result));
        }
    }

    private List<org.bytedeco.pytorch.Tensor> chunk(Tensor images, int from, int count) {
        if (images.data().length != images.shape()[0] * graph.sample().elements()) {
            throw new IllegalArgumentException("The network takes " + graph.sample() + ", found a batch of shape " + Arrays.toString(images.shape()));
        }
        return device.inputs(images.data(), from, count, graph.inputs().stream().map(Node::shape).toList());
    }

    @Override
    public void close() {
        operands.close();
    }
}
