package io.fullynested.training;

import io.fullynested.api.graph.BatchNorm;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Whose statistics a batch norm normalises by. */
@FunctionalInterface
interface Normalization {

    /**
     * {@code gamma · (x − mean) / √(variance + epsilon) + beta} per channel.
     *
     * @param free whether it may be written over {@code x}, which is given back then
     */
    Tensor apply(BatchNorm norm, Tensor x, Operands operands, boolean free);

    /** Those of the batch. */
    static Normalization batch() {
        return (norm, x, operands, free) -> kernel(norm, operands, free).apply(x, null);
    }

    /** Those of a recalibration. */
    static Normalization recalibrated() {
        return (norm, x, operands, free) -> kernel(norm, operands, free).apply(x, operands.values(norm.mean()), operands.values(norm.variance()));
    }

    /** Those of the batch, which are kept: mean and biased variance under their names. */
    static Normalization recording(Map<String, io.fullynested.core.tensor.Tensor> statistics) {
        return (norm, x, operands, free) -> kernel(norm, operands, free).apply(x, (mean, variance) -> {
            statistics.put(norm.mean().parameter(), io.fullynested.core.tensor.Tensor.vector(LibTorch.floats(mean)));
            statistics.put(norm.variance().parameter(), io.fullynested.core.tensor.Tensor.vector(LibTorch.floats(variance)));
        });
    }

    private static BatchNormKernel kernel(BatchNorm norm, Operands operands, boolean free) {
        return new BatchNormKernel(operands.values(norm.gamma()), operands.values(norm.beta()), norm.epsilon(), free);
    }
}
