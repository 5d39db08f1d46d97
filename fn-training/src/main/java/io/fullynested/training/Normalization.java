package io.fullynested.training;

import io.fullynested.api.graph.Operator.BatchNorm;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Whose statistics a batch norm normalises by. */
@FunctionalInterface
interface Normalization {

    /** Floats in a vector register, as LibTorch counts them. */
    int VECTOR = 8;

    /** {@code gamma · (x − mean) / √(variance + epsilon) + beta} per channel. */
    Tensor apply(BatchNorm norm, Tensor x, Operands operands);

    /** Those of the batch. */
    static Normalization batch() {
        return (norm, x, operands) -> normalize(norm, x, operands, new TensorOptional(), new TensorOptional(), true);
    }

    /** Those of a recalibration. */
    static Normalization recalibrated() {
        return (norm, x, operands) -> normalize(norm, x, operands, new TensorOptional(operands.values(norm.mean())),
                new TensorOptional(operands.values(norm.variance())), false);
    }

    /** Those of the batch, which are kept: mean and biased variance under their names. */
    static Normalization recording(Map<String, io.fullynested.core.tensor.Tensor> statistics) {
        return (norm, x, operands) -> {
            Tensor mean = torch.zeros(x.size(1));
            Tensor variance = torch.ones(x.size(1));
            Tensor y = normalize(norm, x, operands, new TensorOptional(mean), new TensorOptional(variance), true);
            statistics.put(norm.mean().parameter(), io.fullynested.core.tensor.Tensor.vector(LibTorch.floats(mean)));
            double samples = (double) x.numel() / x.size(1);
            float[] biased = LibTorch.floats(variance);
            for (int c = 0; c < biased.length; c++) {
                biased[c] = (float) (biased[c] * (samples - 1) / samples);
            }
            statistics.put(norm.variance().parameter(), io.fullynested.core.tensor.Tensor.vector(biased));
            return y;
        };
    }

    private static Tensor normalize(BatchNorm norm, Tensor x, Operands operands, TensorOptional mean, TensorOptional variance, boolean batch) {
        // LibTorch's kernel for channels last falls off its vectors, and off a cliff, where they do not divide the channels
        if (x.dim() == 4 && x.size(1) % VECTOR != 0) {
            try (Tensor planes = x.contiguous()) {
                return call(norm, planes, operands, mean, variance, batch);
            }
        }
        return call(norm, x, operands, mean, variance, batch);
    }

    private static Tensor call(BatchNorm norm, Tensor x, Operands operands, TensorOptional mean, TensorOptional variance, boolean batch) {
        // momentum 1: tensors given for mean and variance are replaced by the batch's statistics
        return torch.batch_norm(x, new TensorOptional(operands.values(norm.gamma())), new TensorOptional(operands.values(norm.beta())),
                mean, variance, batch, 1, norm.epsilon(), false);
    }
}
