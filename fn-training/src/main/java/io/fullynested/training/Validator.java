package io.fullynested.training;

import io.fullynested.api.search.Evaluation;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;

/** Measures a training on its way. */
@FunctionalInterface
public interface Validator {

    /**
     * What validation images give.
     *
     * @param full     the full network
     * @param smallest the smallest submodel; the same where nothing is nested
     */
    record Measured(Evaluation full, Evaluation smallest) {
    }

    /**
     * Measures what training would give now.
     *
     * @param masters the tensors by name, not to be changed
     */
    Measured measure(Map<String, Tensor> masters);
}
