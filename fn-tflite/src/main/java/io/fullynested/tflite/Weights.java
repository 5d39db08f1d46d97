package io.fullynested.tflite;

/**
 * The constants of a layer as the file has them.
 *
 * @param tensor of codes
 * @param kind   of these
 * @param inner  channels that each output channel takes
 * @param bias   tensor of what sums begin with, in the units of the products
 */
record Weights(int tensor, Kind kind, int inner, int bias) {
}
