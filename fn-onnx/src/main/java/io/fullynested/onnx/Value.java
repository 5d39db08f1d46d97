package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/**
 * A tensor that flows through an ONNX graph.
 *
 * @param name its name in the file
 * @param type type of its elements
 * @param dims its extents, {@link Protos#BATCH} for the batch
 */
record Value(String name, DataType type, long... dims) {
}
