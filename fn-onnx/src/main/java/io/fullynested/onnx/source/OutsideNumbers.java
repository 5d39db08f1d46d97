package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network that is run for its shapes only, in which zeros stand for its large tensors. They are inputs of it, and all the same memory, so that
 * it takes no more than the largest of them.
 *
 * @param model  without these tensors
 * @param shapes of them, by name
 */
record OutsideNumbers(ModelProto model, Map<String, long[]> shapes) {

    /** Smaller ones stay. */
    private static final int LARGE = 1 << 12;

    /** @param known names of tensors whose numbers matter */
    static OutsideNumbers of(ModelProto model, Set<String> known) {
        List<TensorProto> kept = new ArrayList<>();
        Map<String, long[]> shapes = new HashMap<>();
        GraphProto.Builder graph = model.getGraph().toBuilder().clearInitializer();
        List<String> inputs = graph.getInputList().stream().map(input -> input.getName()).toList();
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            long[] dims = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
            if (known.contains(tensor.getName()) || tensor.getDataType() != DataType.FLOAT.getNumber() || elements(dims) < LARGE) {
                kept.add(tensor);
                continue;
            }
            shapes.put(tensor.getName(), dims);
            if (!inputs.contains(tensor.getName())) {
                var type = graph.addInputBuilder().setName(tensor.getName()).getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT.getNumber());
                tensor.getDimsList().forEach(dim -> type.getShapeBuilder().addDimBuilder().setDimValue(dim));
            }
        }
        return new OutsideNumbers(model.toBuilder().setGraph(graph.addAllInitializer(kept)).build(), shapes);
    }

    private static long elements(long[] dims) {
        long elements = 1;
        for (long dim : dims) {
            elements *= dim;
        }
        return elements;
    }

    /** Runs the network on a sample. */
    OrtSession.Result run(OrtSession session, String input, OnnxTensor sample) throws OrtException {
        int most = shapes.values().stream().mapToInt(dims -> Math.toIntExact(elements(dims))).max().orElse(0);
        FloatBuffer zeros = ByteBuffer.allocateDirect(Float.BYTES * most).order(ByteOrder.nativeOrder()).asFloatBuffer();
        Map<String, OnnxTensorLike> fed = new HashMap<>(Map.of(input, sample));
        List<OnnxTensor> made = new ArrayList<>();
        try {
            for (Map.Entry<String, long[]> shape : shapes.entrySet()) {
                made.add(OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), zeros.slice(0, Math.toIntExact(elements(shape.getValue()))), shape.getValue()));
                fed.put(shape.getKey(), made.get(made.size() - 1));
            }
            return session.run(fed);
        } finally {
            made.forEach(OnnxTensor::close);
        }
    }
}
