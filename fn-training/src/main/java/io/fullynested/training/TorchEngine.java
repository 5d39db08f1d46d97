package io.fullynested.training;

import io.fullynested.core.engine.Engine;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;

/** Computes graphs on LibTorch. */
public final class TorchEngine implements Engine {

    /** Images computed at once: enough to keep the kernels busy, few enough to keep memory small. */
    private static final int CHUNK = 250;

    private final int threads;

    /**
     * An engine on the processor.
     *
     * @param threads how many threads an operator may use, at least 1
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
    }

    @Override
    @SuppressWarnings("try") // the scope and the guard work by being open
    public Tensor run(Model model, Tensor images) {
        torch.set_num_threads(threads);
        int n = images.shape()[0];
        if (n == 0) {
            throw new IllegalArgumentException("There are no images to compute");
        }
        try (PointerScope scope = new PointerScope(); NoGradGuard inference = new NoGradGuard()) {
            ForwardPass pass = new ForwardPass(model.graph(), new FixedOperands(model.parameters()), Normalization.recalibrated());
            float[] outputs = null;
            int[] shape = null;
            for (int from = 0; from < n; from += CHUNK) {
                int count = Math.min(CHUNK, n - from);
                float[] part;
                try (org.bytedeco.pytorch.Tensor result = pass.run(chunk(images, from, count))) {
                    shape = LibTorch.shape(result);
                    part = LibTorch.floats(result);
                }
                if (count == n) {
                    outputs = part;
                } else {
                    outputs = outputs == null ? new float[part.length / count * n] : outputs;
                    System.arraycopy(part, 0, outputs, part.length / count * from, part.length);
                }
            }
            shape[0] = n;
            return new Tensor(shape, outputs);
        }
    }

    @Override
    @SuppressWarnings("try")
    public Map<String, Tensor> recalibrate(Model model, Tensor images) {
        torch.set_num_threads(threads);
        int n = images.shape()[0];
        if (n < 2) {
            throw new IllegalArgumentException("Statistics need at least 2 images, not " + n);
        }
        Map<String, Tensor> statistics = new TreeMap<>();
        try (PointerScope scope = new PointerScope(); NoGradGuard inference = new NoGradGuard()) {
            new ForwardPass(model.graph(), new FixedOperands(model.parameters()), Normalization.recording(statistics))
                    .run(chunk(images, 0, n));
        }
        return statistics;
    }

    private static org.bytedeco.pytorch.Tensor chunk(Tensor images, int from, int count) {
        int[] shape = images.shape();
        return LibTorch.images(images.data(), from * shape[1] * shape[2] * shape[3], count, shape[1], shape[2], shape[3]);
    }

    @Override
    public void close() {
        // every tensor lives within a call
    }
}
