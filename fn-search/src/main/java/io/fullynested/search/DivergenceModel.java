package io.fullynested.search;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.List;

/** Predicts how far a submodel is from the full model, after some were measured. */
interface DivergenceModel {

    /**
     * A measurement.
     *
     * @param divergence mean on one block
     */
    record Sample(SubmodelSpec spec, int block, double divergence) {
    }

    /** Makes one of measurements; those without a finite divergence say nothing. */
    @FunctionalInterface
    interface Learner {
        DivergenceModel fit(AxisSpace space, List<Sample> samples);
    }

    /** The square root of the expected divergence, on images of no block in particular. */
    double predict(SubmodelSpec spec);

    /** The same on one block, which may be harder than others; of a block that no sample was of, nothing is known. */
    double predict(SubmodelSpec spec, int block);
}
