package io.fullynested.onnx;

import io.fullynested.core.model.SignalGrid;

/**
 * A signal as uint8 codes.
 *
 * @param value the codes
 * @param grid  what they stand for
 * @param step  name for the constant that holds the scale, which is written when somebody asks for numbers
 */
record Codes(Value value, SignalGrid grid, String step) {

    /** The name of the constant that holds the scale. */
    String step(OnnxGraph onnx) {
        return onnx.numbers(step, step, new long[0], () -> new float[] {grid.scale()});
    }

    /** The same grid, other codes. */
    Codes with(Value other) {
        return new Codes(other, grid, step);
    }
}
