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
}
