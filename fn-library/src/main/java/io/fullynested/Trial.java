package io.fullynested;

import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Parity;

/**
 * What an exported network is tried by: images, and what the engine answers to them.
 *
 * @param images   the first of {@link TrainedSupernet#trials}
 * @param expected what the engine answers
 * @param scorer   what counts of an answer
 */
record Trial(LabelledImages images, Tensor expected, Scorer scorer) {

    /** How far the answers of another runtime to the same images are from the engine's. */
    Parity parity(Tensor answers) {
        return Parity.of(expected, new Tensor(expected.shape(), answers.data()), scorer.objective());
    }
}
