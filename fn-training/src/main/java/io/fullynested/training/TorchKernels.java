package io.fullynested.training;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.Attention;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.OperatorVisitor;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;
import io.fullynested.api.graph.Window;
import io.fullynested.api.graph.Window.Side;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * How LibTorch computes each operator.
 *
 * @param operands      where the numbers behind its parameters are
 * @param normalization whose statistics a batch norm normalises by
 * @param inputs        the results it takes
 * @param free          whether the first of them may be written over, which is given back then
 */
record TorchKernels(Operands operands, Normalization normalization, List<Tensor> inputs, boolean free) implements OperatorVisitor<Tensor> {

    private Tensor x() {
        return inputs.get(0);
    }

    @Override
    public Tensor input(Input input) {
        throw new IllegalStateException("an input can only come first");
    }

    @Override
    public Tensor normalize(Normalize normalize) {
        Tensor x = x();
        try (Tensor centred = x.sub(perChannel(operands.values(normalize.mean()), x))) {
            return centred.div(perChannel(operands.values(normalize.deviation()), x));
        }
    }

    @Override
    public Tensor convolution(Convolution convolution) {
        Window window = convolution.window();
        boolean skips = skips(window) && GradMode.is_enabled();
        try (Tensor seen = skips ? everyOther(x(), window) : null; Tensor image = LibTorch.channelsLast(skips ? seen : x())) {
            return convolve(image, operands.weight(convolution.weight()), bias(convolution, operands), skips ? window.stride(1) : window, convolution.groups());
        }
    }

    @Override
    public Tensor dense(Dense dense) {
        return torch.linear(x(), operands.weight(dense.weight()), bias(dense, operands));
    }

    @Override
    public Tensor batchNorm(BatchNorm norm) {
        return normalization.apply(norm, x(), operands, free);
    }

    @Override
    public Tensor fakeQuantize(FakeQuantize quantize) {
        return SignalQuantizer.round(quantize, x(), operands.clip(quantize, x()), free);
    }

    @Override
    public Tensor add(Add add) {
        return free ? LibTorch.same(x(), x().add_(inputs.get(1))) : x().add(inputs.get(1));
    }

    @Override
    public Tensor concat(Concat concat) {
        return joined(inputs);
    }

    private static Tensor joined(List<Tensor> tensors) {
        try (TensorVector parts = new TensorVector()) {
            tensors.forEach(parts::push_back);
            return torch.cat(parts, 1);
        }
    }

    @Override
    public Tensor slice(Slice slice) {
        return x().narrow(1, slice.from(), slice.to() - slice.from());
    }

    @Override
    public Tensor permute(Permute permute) {
        return x().index_select(1, TorchDevice.beside(x(), Tensor.create(permute.order().stream().mapToLong(Integer::longValue).toArray())));
    }

    @Override
    public Tensor flatten(Flatten flatten) {
        return x().flatten(1, -1);
    }

    @Override
    public Tensor maxPool(MaxPool pool) {
        Window window = pool.window();
        return torch.max_pool2d(x(), both(window, Side::kernel), both(window, Side::stride), both(window, Side::padding), both(window, Side::dilation), pool.ceil());
    }

    @Override
    public Tensor averagePool(AveragePool pool) {
        return averagePool(pool.window(), x());
    }

    @Override
    public Tensor globalAveragePool(GlobalAveragePool pool) {
        Tensor x = x();
        // a mean would do the same, but its gradient comes back in another layout, and slows down all before it
        try (Tensor mean = torch.avg_pool2d(x, x.size(2), x.size(3))) {
            return mean.flatten(1, -1);
        }
    }

    @Override
    public Tensor layerNorm(LayerNorm norm) {
        Tensor x = x();
        try (TensorOptional gamma = new TensorOptional(operands.values(norm.gamma())); TensorOptional beta = new TensorOptional(operands.values(norm.beta()))) {
            long[] features = {x.size(1)};
            // it normalises what comes last, where the channels of an image lie in memory anyway
            return x.dim() == 2 ? torch.layer_norm(x, features, gamma, beta, norm.epsilon(), false)
                    : torch.layer_norm(x.permute(0, 2, 3, 1), features, gamma, beta, norm.epsilon(), false).permute(0, 3, 1, 2);
        }
    }

    @Override
    public Tensor resize(Resize resize) {
        return torch.upsample_nearest2d(x(), resize.rows() * x().size(2), resize.columns() * x().size(3));
    }

    @Override
    public Tensor tokens(Tokens tokens) {
        Tensor x = x();
        Tensor sequence = x.reshape(x.size(0), x.size(1), 1, -1);
        return tokens.leading() == 0 ? sequence : torch.constant_pad_nd(sequence, tokens.leading(), 0);
    }

    @Override
    public Tensor steps(Steps steps) {
        return x().narrow(3, steps.from(), steps.to() - steps.from());
    }

    @Override
    public Tensor positions(Positions positions) {
        Tensor x = x();
        Tensor table = operands.values(positions.table());
        return x.add(x.dim() == 4 ? table.view(1, x.size(1), x.size(2), x.size(3)) : table.view(1, -1));
    }

    @Override
    public Tensor attention(Attention attention) {
        try (Tensor queries = heads(x(), attention); Tensor keys = heads(inputs.get(1), attention); Tensor values = heads(inputs.get(2), attention);
                Tensor mixed = torch.scaled_dot_product_attention(queries, keys, values, new TensorOptional(), 0, false, new DoubleOptional(attention.scale()), false);
                Tensor channels = mixed.transpose(2, 3)) {
            return channels.reshape(mixed.size(0), -1, 1, mixed.size(2));
        }
    }

    /** {@code [N, heads · W, 1, T] → [N, heads, T, W]}. */
    private static Tensor heads(Tensor x, Attention attention) {
        return x.reshape(x.size(0), attention.heads(), x.size(1) / attention.heads(), x.size(3)).transpose(2, 3);
    }

    @Override
    public Tensor outputs(Outputs outputs) {
        return joined(inputs.stream().map(output -> output.flatten(1, -1)).toList());
    }

    @Override
    public Tensor softmax(Softmax softmax) {
        return torch.softmax(x(), 1);
    }

    /**
     * The pixels that a strided 1×1 convolution sees. To leave out the others first is the same, and needed for a gradient: on processors
     * with AVX2 only, that of such a convolution into few channels writes behind its memory (oneDNN in LibTorch 2.10 and 2.13). A slice would
     * do, but its gradient comes back in another layout, and slows down all before it.
     */
    static Tensor everyOther(Tensor x, Window window) {
        return averagePool(window, x);
    }

    /**
     * A convolution. The gradient of a dilated one that takes each channel for itself is wrong on some processors with AVX-512 (oneDNN in
     * LibTorch 2.10); a kernel with zeros in it is the same.
     */
    private static Tensor convolve(Tensor x, Tensor weight, TensorOptional bias, Window window, long groups) {
        boolean spreads = spreads(window, groups, x.size(1)) && GradMode.is_enabled();
        return torch.conv2d(x, spreads ? spread(weight, window) : weight, bias, both(window, Side::stride), both(window, Side::padding),
                spreads ? new long[] {1, 1} : both(window, Side::dilation), groups);
    }

    /** Whether a convolution is one of those that see {@link #everyOther} pixel only. */
    static boolean skips(Window window) {
        return window.taps() == 1 && window.padding(0).equals(window) && !window.stride(1).equals(window);
    }

    /** Whether a convolution is one of those whose kernel is {@linkplain #spread spread}. */
    static boolean spreads(Window window, long groups, long channels) {
        return (window.rows().dilation() > 1 || window.columns().dilation() > 1) && groups == channels;
    }

    /** A kernel with as many zeros between its numbers as dilation leaves out between pixels. */
    private static Tensor spread(Tensor kernel, Window window) {
        long high = window.rows().kernel();
        long wide = window.columns().kernel();
        long below = window.rows().dilation() - 1;
        long right = window.columns().dilation() - 1;
        // those behind the last number are taken off again
        return torch.constant_pad_nd(kernel.reshape(kernel.size(0), kernel.size(1), high, 1, wide, 1), 0, right, 0, 0, 0, below)
                .reshape(kernel.size(0), kernel.size(1), high * (below + 1), wide * (right + 1)).narrow(2, 0, high * (below + 1) - below)
                .narrow(3, 0, wide * (right + 1) - right).contiguous();
    }

    @Override
    public Tensor activate(Activate activate) {
        Tensor x = x();
        return switch (activate.function()) {
            case RELU -> free ? LibTorch.same(x, torch.relu_(x)) : torch.relu(x);
            case RELU6 -> torch.relu6(x);
            case HARD_SWISH -> torch.hardswish(x);
            case HARD_SIGMOID -> torch.hardsigmoid(x);
            case SIGMOID -> torch.sigmoid(x);
            case TANH -> torch.tanh(x);
            case GELU -> torch.gelu(x);
            case SILU -> torch.silu(x);
            case GELU_TANH -> torch.gelu(x, "tanh");
        };
    }

    @Override
    public Tensor multiply(Multiply multiply) {
        Tensor x = x();
        Tensor factor = inputs.get(1);
        return x.mul(factor.dim() < x.dim() ? factor.view(factor.size(0), factor.size(1), 1, 1) : factor);
    }

    private static Tensor averagePool(Window window, Tensor x) {
        if (window.rows().dilation() == 1 && window.columns().dilation() == 1) {
            return torch.avg_pool2d(x, both(window, Side::kernel), both(window, Side::stride), both(window, Side::padding), false, true, new LongOptional());
        }
        // LibTorch's pooling knows no dilation, its convolution does
        long channels = x.size(1);
        float[] equal = new float[Math.toIntExact(channels) * window.taps()];
        Arrays.fill(equal, 1f / window.taps());
        return convolve(x, TorchDevice.beside(x, Tensor.create(equal, channels, 1, window.rows().kernel(), window.columns().kernel())), new TensorOptional(), window, channels);
    }

    private static Tensor perChannel(Tensor values, Tensor x) {
        return x.dim() == 4 ? values.view(1, -1, 1, 1) : values;
    }

    static TensorOptional bias(Layer layer, Operands operands) {
        return layer.bias().map(slice -> new TensorOptional(operands.values(slice))).orElseGet(TensorOptional::new);
    }

    static long[] both(Window window, ToIntFunction<Side> number) {
        return new long[] {number.applyAsInt(window.rows()), number.applyAsInt(window.columns())};
    }
}
