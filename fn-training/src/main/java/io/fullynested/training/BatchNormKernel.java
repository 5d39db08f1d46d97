package io.fullynested.training;

import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code gamma · (x − mean) / √(variance + epsilon) + beta} per channel, by LibTorch's kernel where that is fast. On images laid out
 * channels last that of processors falls off a cliff where vectors do not divide the channels (up to ten times slower); there several pixels side by
 * side are taken for one with more channels, and the formula is composed of element-wise operations.
 */
final class BatchNormKernel {

    /** Floats in a vector register, as LibTorch counts them. */
    private static final int VECTOR = 8;
    private static final int TILES = 16;

    private final Tensor gamma;
    private final Tensor beta;
    private final double epsilon;
    private final boolean free;

    /** @param free whether the result may be written over what is normalised, which is given back then */
    BatchNormKernel(Tensor gamma, Tensor beta, double epsilon, boolean free) {
        this.gamma = gamma;
        this.beta = beta;
        this.epsilon = epsilon;
        this.free = free;
    }

    /** By given statistics. */
    Tensor apply(Tensor x, Tensor mean, Tensor variance) {
        if (vectorized(x)) {
            return library(x, new TensorOptional(mean), new TensorOptional(variance), false);
        }
        int tiles = tiles(x);
        try (Tensor rows = rows(x, tiles)) {
            Tensor factor = factor(variance);
            return image(torch.addcmul(beta.sub(mean.mul(factor)).repeat(tiles), rows, factor.repeat(tiles)), x);
        }
    }

    /**
     * By the statistics of the batch itself.
     *
     * @param statistics told mean and biased variance; may be null
     */
    Tensor apply(Tensor x, BiConsumer<Tensor, Tensor> statistics) {
        if (vectorized(x)) {
            return statistics == null ? library(x, new TensorOptional(), new TensorOptional(), true) : recording(x, statistics);
        }
        int tiles = tiles(x);
        Scalar samples = new Scalar((double) x.numel() / x.size(1));
        try (Tensor rows = rows(x, tiles)) {
            Tensor mean = columns(rows, tiles).div(samples);
            try (Tensor centred = rows.sub(mean.repeat(tiles)); Tensor squares = centred.mul(centred)) {
                Tensor variance = columns(squares, tiles).div(samples);
                if (statistics != null) {
                    statistics.accept(mean, variance);
                }
                return image(torch.addcmul(beta.repeat(tiles), centred, factor(variance).repeat(tiles)), x);
            }
        }
    }

    private Tensor recording(Tensor x, BiConsumer<Tensor, Tensor> statistics) {
        double samples = (double) x.numel() / x.size(1);
        Tensor mean = torch.zeros_like(beta);
        Tensor variance = torch.ones_like(gamma);
        Tensor y = library(x, new TensorOptional(mean), new TensorOptional(variance), true);
        statistics.accept(mean, variance.mul(new Scalar((samples - 1) / samples)));
        return y;
    }

    private Tensor library(Tensor x, TensorOptional mean, TensorOptional variance, boolean batch) {
        // momentum 1: tensors given for mean and variance are replaced by the batch's statistics
        if (free && x.is_cpu()) {
            // what it gives back holds x, so it has to go
            torch.native_batch_norm_out(x, torch.empty(0), torch.empty(0), x, new TensorOptional(gamma), new TensorOptional(beta), mean, variance, batch, 1, epsilon).close();
            return x;
        }
        return torch.batch_norm(x, new TensorOptional(gamma), new TensorOptional(beta), mean, variance, batch, 1, epsilon, false);
    }

    private static boolean vectorized(Tensor x) {
        return x.dim() != 4 || x.size(1) % VECTOR == 0 || !x.is_cpu();
    }

    private static int tiles(Tensor x) {
        return (int) Math.min(TILES, Long.lowestOneBit(x.numel() / x.size(1)));
    }

    /** {@code [pixels / tiles, tiles · C]}. */
    private static Tensor rows(Tensor x, int tiles) {
        return x.permute(0, 2, 3, 1).reshape(-1, tiles * x.size(1));
    }

    /** The sum per channel. */
    private static Tensor columns(Tensor rows, int tiles) {
        return rows.sum(0).view(tiles, -1).sum(0);
    }

    private Tensor factor(Tensor variance) {
        return variance.add(new Scalar(epsilon)).rsqrt().mul(gamma);
    }

    private static Tensor image(Tensor rows, Tensor x) {
        try (rows) {
            return rows.view(x.size(0), x.size(2), x.size(3), x.size(1)).permute(0, 3, 1, 2);
        }
    }
}
