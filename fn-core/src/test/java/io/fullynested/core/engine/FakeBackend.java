package io.fullynested.core.engine;

import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes up what it is asked for; {@link #run} and {@link #recalibrate} say how. */
abstract class FakeBackend implements Backend {

    /** Executables that were bound and not closed yet. */
    private final AtomicInteger open = new AtomicInteger();

    @Override
    public abstract Tensor run(Model model, Tensor images);

    @Override
    public abstract Map<String, Tensor> recalibrate(Model model, Tensor images);

    int open() {
        return open.get();
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public List<ComputeDevice> devices() {
        return List.of(ComputeDevice.CPU);
    }

    @Override
    public String limit() {
        return "it is made up";
    }

    @Override
    public Executable bind(Model model, ComputeDevice device) {
        open.incrementAndGet();
        return new Executable() {
            @Override
            public Tensor run(Tensor images) {
                return FakeBackend.this.run(model, images);
            }

            @Override
            public Map<String, Tensor> recalibrate(Tensor images) {
                return FakeBackend.this.recalibrate(model, images);
            }

            @Override
            public Tensor runAsInTraining(Tensor images) {
                return FakeBackend.this.run(model.with(recalibrate(images)), images);
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    @Override
    public void close() {
        // holds nothing
    }
}
