package io.fullynested.core.engine;

import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Something that computes graphs: it has a kernel for each operator, and knows devices. Several threads may bind networks at once. */
public interface Backend extends AutoCloseable {

    /** What it is called, such as LibTorch. */
    String name();

    /** The devices that it can compute on here, the fastest first. */
    List<ComputeDevice> devices();

    /** Why it knows no other device here, such as "it was built without CUDA". */
    String limit();

    /** @throws UnavailableDeviceException if it cannot compute on a device here, naming those it can */
    default void require(ComputeDevice device) {
        if (!devices().contains(device)) {
            throw new UnavailableDeviceException(name(), device, limit(), devices());
        }
    }

    /**
     * Puts a network on a device.
     *
     * @throws UnavailableDeviceException if it cannot compute on that device here, naming those it can
     */
    Executable bind(Model model, ComputeDevice device);

    /** {@link Executable#run} once, on the fastest device. */
    default Tensor run(Model model, Tensor images) {
        try (Executable executable = bind(model, devices().get(0))) {
            return executable.run(images);
        }
    }

    /** {@link Executable#recalibrate} once, on the fastest device. */
    default Map<String, Tensor> recalibrate(Model model, Tensor images) {
        try (Executable executable = bind(model, devices().get(0))) {
            return executable.recalibrate(images);
        }
    }

    /** {@link Executable#runAsInTraining} once, on the fastest device. */
    default Tensor runAsInTraining(Model model, Tensor images) {
        try (Executable executable = bind(model, devices().get(0))) {
            return executable.runAsInTraining(images);
        }
    }

    /** Waits for what is at work, and frees what the backend holds. */
    @Override
    void close();
}
