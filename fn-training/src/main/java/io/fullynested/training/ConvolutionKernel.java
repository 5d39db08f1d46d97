package io.fullynested.training;

import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Window;
import io.fullynested.api.graph.Window.Side;
import java.util.Optional;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A convolution, and the way back through it: by {@link WinogradKernel} where that is faster, else by LibTorch's functions without its autograd. */
final class ConvolutionKernel {

    private static final long[] NO_PADDING = {0, 0};

    private final Convolution convolution;
    private final TrainedOperands operands;
    private final Tensor x;
    private final Tensor image;
    private final boolean skips;
    private final Optional<WinogradKernel> winograd;
    private final Tensor result;

    ConvolutionKernel(Convolution convolution, TrainedOperands operands, Tensor signal) {
        Window window = convolution.window();
        this.convolution = convolution;
        this.operands = operands;
        this.x = LibTorch.channelsLast(signal);
        this.skips = TorchKernels.skips(window);
        this.image = skips ? TorchKernels.everyOther(x, window) : x;
        this.winograd = Optional.of(WinogradKernel.of(convolution, x)).filter(kernel -> kernel.takes(convolution));
        Tensor weight = operands.weight(convolution.weight());
        this.result = winograd.isPresent() ? winograd.get().forward(x, weight)
                : torch.conv2d(image, weight, TorchKernels.bias(convolution, operands), step(), TorchKernels.both(window, Side::padding),
                        TorchKernels.both(window, Side::dilation), convolution.groups());
    }

    private long[] step() {
        return TorchKernels.both(skips ? convolution.window().stride(1) : convolution.window(), Side::stride);
    }

    Tensor result() {
        return result;
    }

    /**
     * Tells the operands what they learn.
     *
     * @return the gradient by the image, if it is wanted
     */
    Optional<Tensor> back(Tensor gradient, boolean wanted) {
        if (winograd.isEmpty()) {
            return backByLibrary(gradient, wanted);
        }
        Tensor dx;
        try (Tensor dy = LibTorch.channelsLast(gradient)) {
            dx = wanted ? winograd.get().back(dy, operands.weight(convolution.weight())) : null;
            if (operands.weightsLearn()) {
                operands.learn(convolution.weight().slice(), winograd.get().learn(x, dy));
            }
        }
        x.close();
        return Optional.ofNullable(dx);
    }

    private Optional<Tensor> backByLibrary(Tensor gradient, boolean wanted) {
        Window window = convolution.window();
        boolean[] parts = {wanted, operands.weightsLearn(), convolution.bias().isPresent()};
        Tensor dx = null;
        try (BoolPointer which = new BoolPointer(parts.length); LongArrayRefOptional none = new LongArrayRefOptional()) {
            for (int i = 0; i < parts.length; i++) {
                which.put(i, parts[i]);
            }
            Tensor weight = operands.weight(convolution.weight());
            long[] padding = TorchKernels.both(window, Side::padding);
            long[] dilation = TorchKernels.both(window, Side::dilation);
            try (T_TensorTensorTensor_T found = parts[2]
                    ? torch.convolution_backward(gradient, image, weight, new long[] {weight.size(0)}, step(), padding, dilation, false, NO_PADDING,
                            convolution.groups(), which)
                    : torch.convolution_backward(gradient, image, weight, none, step(), padding, dilation, false, NO_PADDING, convolution.groups(), which)) {
                if (parts[0]) {
                    dx = found.get0().detach();
                }
                if (parts[1]) {
                    operands.learn(convolution.weight().slice(), found.get1().detach());
                }
                if (parts[2]) {
                    operands.learn(convolution.bias().orElseThrow(), found.get2().detach());
                }
            }
        }
        if (wanted && skips) {
            try (Tensor seen = dx) {
                dx = torch.avg_pool2d_backward(seen, x, new long[] {1, 1}, TorchKernels.both(window, Side::stride), NO_PADDING, false, true, new LongOptional());
            }
        }
        if (skips) {
            image.close();
        }
        x.close();
        return Optional.ofNullable(dx);
    }
}
