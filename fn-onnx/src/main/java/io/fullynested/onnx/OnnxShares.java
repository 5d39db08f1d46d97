package io.fullynested.onnx;

/**
 * What the nodes of a graph take in a file, by their position; what all share, such as functions and metadata, belongs to none.
 *
 * @param bytes   of nodes, names and numbers
 * @param numbers of these, the bytes of codes, steps, biases and other numbers of the model
 * @param macs    multiply-accumulates for one image, as the file has them computed
 */
record OnnxShares(double[] bytes, double[] numbers, double[] macs) {

    OnnxShares(int nodes) {
        this(new double[nodes], new double[nodes], new double[nodes]);
    }
}
