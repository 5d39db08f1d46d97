package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an ONNX network costs, counted in the file alone, without knowing how it was made.
 *
 * @param macs   multiply-accumulates of convolutions and dense layers for one image
 * @param params weights and biases of convolutions and dense layers, gammas and betas of batch norms; no scales, zero points or
 *               statistics
 */
public record OnnxCosts(long macs, long params) {

    /**
     * Counts.
     *
     * @throws IllegalArgumentException if the file lacks the shape of a convolution's result, or weights are no constants
     */
    public static OnnxCosts of(ModelProto model) {
        GraphProto graph = model.getGraph();
        Map<String, TensorShapeProto> shapes = new HashMap<>();
        for (List<ValueInfoProto> infos : List.of(graph.getValueInfoList(), graph.getOutputList())) {
            infos.forEach(info -> shapes.put(info.getName(), info.getType().getTensorType().getShape()));
        }
        Map<String, TensorProto> tensors = new HashMap<>();
        graph.getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
        // what is computed from constants alone, codes that are read or unpacked, stands for the first of them; zeros put between count nothing
        for (NodeProto node : graph.getNodeList()) {
            TensorShapeProto shape = shapes.get(node.getOutput(0));
            if (shape != null && tensors.keySet().containsAll(node.getInputList())) {
                TensorProto first = tensors.get(node.getInput(0));
                TensorProto.Builder read = TensorProto.newBuilder().setName(first.getName());
                if (node.getOpType().equals(PackedCodes.FUNCTION)) {
                    shape.getDimList().forEach(dim -> read.addDims(dim.getDimValue()));
                } else {
                    read.addAllDims(first.getDimsList());
                }
                tensors.put(node.getOutput(0), read.build());
            }
        }
        long macs = 0;
        long params = 0;
        Set<String> counted = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            int parameters = switch (node.getOpType()) {
                case "Conv", "Gemm" -> node.getInputCount();
                case "BatchNormalization" -> 3;
                default -> 1;
            };
            for (int i = 1; i < parameters; i++) {
                TensorProto tensor = tensors.get(node.getInput(i));
                if (tensor != null && counted.add(tensor.getName())) {
                    params += elements(tensor);
                }
            }
            if (node.getOpType().equals("Gemm")) {
                macs += elements(weights(tensors, node));
            } else if (node.getOpType().equals("Conv")) {
                TensorShapeProto shape = shapes.get(node.getOutput(0));
                if (shape == null || shape.getDimCount() != 4) {
                    throw new IllegalArgumentException("The file says nothing about the shape of " + node.getOutput(0));
                }
                macs += elements(weights(tensors, node)) * shape.getDim(2).getDimValue() * shape.getDim(3).getDimValue();
            }
        }
        return new OnnxCosts(macs, params);
    }

    private static TensorProto weights(Map<String, TensorProto> tensors, NodeProto node) {
        TensorProto weights = tensors.get(node.getInput(1));
        if (weights == null) {
            throw new IllegalArgumentException("The weights of " + node.getName() + " are no constants");
        }
        return weights;
    }

    private static long elements(TensorProto tensor) {
        return tensor.getDimsList().stream().reduce(1L, Math::multiplyExact);
    }
}
