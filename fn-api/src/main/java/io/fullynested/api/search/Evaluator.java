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

    /** Number of blocks of images that {@link #divergences} can look at, at least 1. */
    default int blocks() {
        return 1;
    }

    /**
     * How far the predictions of submodels are from the full model's, image by image: {@code KL(full ‖ submodel)}. This ranks submodels
     * on far fewer images than their losses do, as it has no noise of labels, and an evaluator may save the recalibration and
     * normalise by the block's own statistics. It does not tell when less is better than all.
     *
     * <p>By default, for evaluators that see no predictions: the loss on all images beyond that of the full model, as one number.
     *
     * @param full  the selection that keeps everything
     * @param specs complete selections
     * @param block which images, 0..{@link #blocks()} − 1; divergences of different blocks should not be compared
     * @return for each submodel, in order, the divergences in nats on the same images
     */
    default List<double[]> divergences(SubmodelSpec full, List<SubmodelSpec> specs, int block) {
        double least = evaluate(List.of(full), images()).get(0).loss();
        return evaluate(specs, images()).stream().map(evaluation -> new double[] {evaluation.loss() - least}).toList();
    }
}
