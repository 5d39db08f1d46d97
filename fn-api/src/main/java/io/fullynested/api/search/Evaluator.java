package io.fullynested.api.search;

import io.fullynested.api.nesting.SubmodelSpec;
import java.util.List;

/** Measures submodels of one trained supernet on validation images, their batch-norm statistics recalibrated before. */
public interface Evaluator {

    /** Number of validation images there are. */
    int images();

    /**
     * Measures submodels.
     *
     * @param specs  complete selections
     * @param images how many images to look at, the same ones for all; 1..{@link #images()}
     * @return one result for each, in order
     */
    List<Evaluation> evaluate(List<SubmodelSpec> specs, int images);

    /**
     * How many submodels it measures at once: whoever asks for as many, or several times as many, keeps all of it busy.
     *
     * @return 1 unless overridden
     */
    default int parallel() {
        return 1;
    }

    /** Number of blocks of images that {@link #divergences} can look at, at least 1. */
    default int blocks() {
        return 1;
    }

    /**
     * How far the predictions of submodels are from the full model's: the mean of {@code KL(full ‖ submodel)} over the images of one
     * block. This ranks submodels on far fewer images than their losses do, as it has no noise of labels, and an evaluator may save the
     * recalibration and normalise by the block's own statistics. It does not tell when less is better than all.
     *
     * <p>By default, for evaluators that see no predictions: the loss on all images.
     *
     * @param specs complete selections
     * @param block which images, 0..{@link #blocks()} − 1; divergences of different blocks should not be compared
     * @return the divergence of each submodel in nats, in order
     */
    default List<Double> divergences(List<SubmodelSpec> specs, int block) {
        return evaluate(specs, images()).stream().map(Evaluation::loss).toList();
    }
}
