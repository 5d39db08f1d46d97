package io.fullynested.training;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.engine.ComputeDevice;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A device by LibTorch's name for it, and the way of numbers to it. What comes from Java is put together in the processor's memory and then copied
 * there as a whole; for the processor nothing is copied.
 *
 * @param name such as {@code cpu} or {@code cuda:1}
 */
record TorchDevice(String name) {

    /** The processor. */
    static final TorchDevice CPU = new TorchDevice("cpu");

    /** That of a backend; whether there is one is not asked. */
    static TorchDevice of(ComputeDevice device) {
        return device.equals(ComputeDevice.CPU) ? CPU : new TorchDevice(device.toString());
    }

    /** What the loaded library can compute on here, GPUs first. */
    static List<ComputeDevice> present() {
        int gpus = torch.cuda_is_available() ? torch.cuda_device_count() : 0;
        return Stream.concat(IntStream.range(0, gpus).mapToObj(i -> new ComputeDevice(ComputeDevice.Kind.CUDA, i)), Stream.of(ComputeDevice.CPU)).toList();
    }

    /** A tensor of the processor's, brought here; that itself if it is here. */
    Tensor bring(Tensor made) {
        if (equals(CPU)) {
            return made;
        }
        try (made; Device there = new Device(name)) {
            return made.to(there, made.scalar_type());
        }
    }

    /** The same beside another tensor, on the device of that. */
    static Tensor beside(Tensor other, Tensor made) {
        if (other.is_cpu()) {
            return made;
        }
        try (made; Device there = other.device()) {
            return made.to(there, made.scalar_type());
        }
    }

    /** See {@link LibTorch#tensor}. */
    Tensor tensor(float[] data, int... shape) {
        return bring(LibTorch.tensor(data, shape));
    }

    /** A vector of zeros. */
    Tensor zeros(long size) {
        return bring(torch.zeros(size));
    }

    /** See {@link LibTorch#inputs}. */
    List<Tensor> inputs(float[] data, int first, int n, List<Shape> parts) {
        return LibTorch.inputs(data, first, n, parts).stream().map(this::bring).toList();
    }
}
