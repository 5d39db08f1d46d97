package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import org.bytedeco.pytorch.Tensor;

/** Where a {@link ForwardPass} finds the numbers behind the names of its graph. */
interface Operands {

    /** Weights after rounding to their bits, shape of the slice. */
    Tensor weight(Weight weight);

    /** A bias or a parameter of a normalisation, shape of the slice. */
    Tensor values(ParameterSlice slice);

    /** The clip of a quantiser; the signal that it is about to round may move it. */
    float clip(FakeQuantize quantizer, Tensor x);
}
