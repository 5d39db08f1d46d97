package io.fullynested.onnx;

/**
 * What the nodes of a graph take in a file, by their position; what all share, such as functions and metadata, belongs to none.
 *
 * @param bytes   of nodes, names and numbers
 * @param numbers of these, the bytes of codes, steps, biases and other numbers of the model
 */
record OnnxShares(double[] bytes, double[] numbers) {

    OnnxShares(int nodes) {
        this(new double[nodes], new double[nodes]);
    }
}
