package io.fullynested.tflite;

import io.fullynested.core.integer.Ending.Bounds;
import org.tensorflow.lite.schema.ActivationFunctionType;

/** A function that an operator applies to what it computes, at once. */
enum Fused {
    NONE(ActivationFunctionType.NONE, Bounds.NONE),
    RELU(ActivationFunctionType.RELU, new Bounds(0, Double.POSITIVE_INFINITY)),
    RELU6(ActivationFunctionType.RELU6, new Bounds(0, 6));

    private final byte code;
    private final Bounds bounds;

    Fused(byte code, Bounds bounds) {
        this.code = code;
        this.bounds = bounds;
    }

    /** As the schema numbers it. */
    byte code() {
        return code;
    }

    /** What it keeps numbers within. */
    Bounds bounds() {
        return bounds;
    }

    /** The one that goes farthest of those that go no farther than some bounds. */
    static Fused within(Bounds wanted) {
        return wanted.least() < 0 ? NONE : wanted.most() == RELU6.bounds.most() ? RELU6 : RELU;
    }
}
