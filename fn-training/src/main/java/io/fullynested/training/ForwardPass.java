package io.fullynested.training;

import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes a graph node by node on LibTorch: the one description of every operator for inference, recalibration and training,
 * which differ in the operands and the normalisation. Results are released after their last use; so is all else that holds one, for
 * the scope around may stay open for long.
 */
final class ForwardPass {

    private final Graph graph;
    private final int[] uses;
    private final Operands operands;
    private final Normalization normalization;

    ForwardPass(Graph graph, Operands operands, Normalization normalization) {
        this.graph = graph;
        this.uses = graph.uses();
        this.operands = operands;
        this.normalization = normalization;
    }

    /**
     * Runs it within the scope that is open.
     *
     * @param images {@code [n, C, H, W]}; released
     * @return {@code [n, …]}
     * @throws IllegalStateException if LibTorch refuses an operation, naming the node
     */
    Tensor run(Tensor images) {
        List<Node> nodes = graph.nodes();
        boolean[] absorbed = absorbedActivations();
        int[] left = uses.clone();
        Tensor[] results = new Tensor[nodes.size()];
        results[0] = images;
        for (int i = 1; i < results.length; i++) {
            Node node = nodes.get(i);
            List<Integer> inputs = node.inputs();
            if (absorbed[i]) {
                results[i] = results[inputs.get(0)];
                continue;
            }
            try {
                results[i] = apply(node, results);
            } catch (RuntimeException e) {
                // the lines below the first are a native stack trace
                throw new IllegalStateException("Node " + node.name() + " (" + node.operator().getClass().getSimpleName() + " giving "
                        + node.shape() + ") cannot be computed: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
            }
            for (int input : inputs) {
                if (--left[input] == 0) {
                    if (results[input] != results[i]) {
                        results[input].close();
                    }
                    results[input] = null;
                }
            }
        }
        return results[results.length - 1];
    }

    /** ReLUs whose result is only rounded to unsigned codes, which sets the negative numbers to zero anyway. */
    private boolean[] absorbedActivations() {
        boolean[] absorbed = new boolean[uses.length];
        for (Node node : graph.nodes()) {
            if (node.operator() instanceof Operator.FakeQuantize quantizer && !quantizer.signed()) {
                int input = node.inputs().get(0);
                absorbed[input] = uses[input] == 1 && graph.node(input).operator() instanceof Operator.Activate activate
                        && activate.function() == Activation.RELU
                        // its result is then that of the node before it, which is released after the rounding
                        && uses[graph.node(input).inputs().get(0)] == 1;
            }
        }
        return absorbed;
    }

    /** Whether a result may be written over: without a gradient, and by the only one that takes it, if it has memory of its own. */
    private boolean isFree(int position) {
        Operator operator = graph.node(position).operator();
        return !GradMode.is_enabled() && uses[position] == 1 && (operator instanceof Operator.Convolution
                || operator instanceof Operator.BatchNorm || operator instanceof Operator.Add || operator instanceof Operator.Activate);
    }

    /** @return its result; the first input, written over, if that is {@linkplain #isFree free} */
    private Tensor apply(Node node, Tensor[] results) {
        Operator operator = node.operator();
        Tensor x = results[node.inputs().get(0)];
        boolean free = isFree(node.inputs().get(0));
        if (operator instanceof Operator.Convolution convolution) {
            Window window = convolution.window();
            boolean skips = window.kernel() == 1 && window.stride() > 1 && window.padding() == 0 && GradMode.is_enabled();
            try (Tensor seen = skips ? everyOther(x, window.stride()) : null; Tensor image = LibTorch.channelsLast(skips ? seen : x)) {
                return convolve(image, operands.weight(convolution.weight()), optional(convolution.bias()), skips ? 1 : window.stride(), window,
                        convolution.groups());
            }
        } else if (operator instanceof Operator.Dense dense) {
            return torch.linear(x, operands.weight(dense.weight()), optional(dense.bias()));
        } else if (operator instanceof Operator.BatchNorm norm) {
            return normalization.apply(norm, x, operands);
        } else if (operator instanceof Operator.Activate activate) {
            return activate(activate.function(), x, free);
        } else if (operator instanceof Operator.FakeQuantize quantizer) {
            return SignalQuantizer.round(quantizer, x, operands.clip(quantizer, x), free);
        } else if (operator instanceof Operator.Add) {
            Tensor other = results[node.inputs().get(1)];
            return free ? LibTorch.same(x, x.add_(other)) : x.add(other);
        } else if (operator instanceof Operator.Multiply) {
            return multiply(x, results[node.inputs().get(1)]);
        } else if (operator instanceof Operator.Normalize normalize) {
            try (Tensor centred = x.sub(perChannel(operands.values(normalize.mean()), x))) {
                return centred.div(perChannel(operands.values(normalize.deviation()), x));
            }
        } else if (operator instanceof Operator.Concat) {
            try (TensorVector parts = new TensorVector()) {
                node.inputs().forEach(input -> parts.push_back(results[input]));
                return torch.cat(parts, 1);
            }
        } else if (operator instanceof Operator.Slice slice) {
            return x.narrow(1, slice.from(), slice.to() - slice.from());
        } else if (operator instanceof Operator.Permute permute) {
            return x.index_select(1, Tensor.create(permute.order().stream().mapToLong(Integer::longValue).toArray()));
        } else if (operator instanceof Operator.MaxPool pool) {
            Window window = pool.window();
            return torch.max_pool2d(x, both(window.kernel()), both(window.stride()), both(window.padding()), both(window.dilation()), false);
        } else if (operator instanceof Operator.AveragePool pool) {
            return averagePool(pool.window(), x);
        } else if (operator instanceof Operator.GlobalAveragePool) {
            // a mean would do the same, but its gradient comes back in another layout, and slows down all before it
            try (Tensor mean = torch.avg_pool2d(x, x.size(2), x.size(3))) {
                return mean.flatten(1, -1);
            }
        } else if (operator instanceof Operator.Flatten) {
            return x.flatten(1, -1);
        } else if (operator instanceof Operator.Softmax) {
            return torch.softmax(x, 1);
        }
        throw new IllegalStateException("an input can only come first");
    }

    /**
     * The pixels that a strided 1×1 convolution sees. To leave out the others first is the same, and needed for a gradient: on processors
     * with AVX2 only, that of such a convolution into few channels writes behind its memory (oneDNN in LibTorch 2.10). A slice would
     * do, but its gradient comes back in another layout, and slows down all before it.
     */
    private static Tensor everyOther(Tensor x, int stride) {
        return averagePool(new Window(1, stride, 0, 1), x);
    }

    /**
     * A convolution. The gradient of a dilated one that takes each channel for itself is wrong on some processors with AVX-512 (oneDNN in
     * LibTorch 2.10); a kernel with zeros in it is the same.
     */
    private static Tensor convolve(Tensor x, Tensor weight, TensorOptional bias, int stride, Window window, long groups) {
        boolean spreads = window.dilation() > 1 && groups == x.size(1) && GradMode.is_enabled();
        return torch.conv2d(x, spreads ? spread(weight, window) : weight, bias, both(stride), both(window.padding()),
                both(spreads ? 1 : window.dilation()), groups);
    }

    /** A kernel with as many zeros between its numbers as dilation leaves out between pixels. */
    private static Tensor spread(Tensor kernel, Window window) {
        long whole = (long) window.dilation() * window.kernel();
        long zeros = window.dilation() - 1;
        // those behind the last number are taken off again
        return torch.constant_pad_nd(kernel.reshape(kernel.size(0), kernel.size(1), window.kernel(), 1, window.kernel(), 1), 0, zeros, 0, 0, 0, zeros)
                .reshape(kernel.size(0), kernel.size(1), whole, whole).narrow(2, 0, whole - zeros).narrow(3, 0, whole - zeros).contiguous();
    }

    private static Tensor activate(Activation function, Tensor x, boolean free) {
        return switch (function) {
            case RELU -> free ? LibTorch.same(x, torch.relu_(x)) : torch.relu(x);
            case RELU6 -> torch.relu6(x);
            case HARD_SWISH -> torch.hardswish(x);
            case HARD_SIGMOID -> torch.hardsigmoid(x);
            case SIGMOID -> torch.sigmoid(x);
        };
    }

    private static Tensor multiply(Tensor x, Tensor factor) {
        return x.mul(factor.dim() < x.dim() ? factor.view(factor.size(0), factor.size(1), 1, 1) : factor);
    }

    private static Tensor averagePool(Window window, Tensor x) {
        if (window.dilation() == 1) {
            return torch.avg_pool2d(x, both(window.kernel()), both(window.stride()), both(window.padding()), false, true, new LongOptional());
        }
        // LibTorch's pooling knows no dilation, its convolution does
        long channels = x.size(1);
        float[] equal = new float[Math.toIntExact(channels) * window.kernel() * window.kernel()];
        Arrays.fill(equal, 1f / (window.kernel() * window.kernel()));
        return convolve(x, Tensor.create(equal, channels, 1, window.kernel(), window.kernel()), new TensorOptional(), window.stride(), window, channels);
    }

    private static Tensor perChannel(Tensor values, Tensor x) {
        return x.dim() == 4 ? values.view(1, -1, 1, 1) : values;
    }

    private TensorOptional optional(Optional<ParameterSlice> slice) {
        return slice.isPresent() ? new TensorOptional(operands.values(slice.get())) : new TensorOptional();
    }

    private static long[] both(int value) {
        return new long[] {value, value};
    }
}
