package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What an ONNX network costs, counted in the file alone, without knowing how it was made.
 *
 * @param macs     multiply-accumulates of convolutions and dense layers for one image
 * @param executed of the layers as they are computed: with zeros where narrow groups are put together
 * @param params   weights and biases of convolutions and dense layers, gammas and betas of batch and layer norms; no scales, zero points or
 *                 statistics
 */
public record OnnxCosts(long macs, long executed, long params) {

    /**
     * Counts.
     *
     * @throws IllegalArgumentException if the shape of a convolution's result cannot be told, or weights are no constants
     */
    public static OnnxCosts of(ModelProto model) {
        GraphProto graph = model.getGraph();
        Map<String, long[]> shapes = OnnxShapes.of(graph);
        // what is computed from constants alone, codes that are read or unpacked, stands for one of them
        Map<String, String> sources = new HashMap<>();
        Map<String, Long> elements = new HashMap<>();
        graph.getInitializerList().forEach(tensor -> {
            sources.put(tensor.getName(), tensor.getName());
            elements.put(tensor.getName(), OnnxShapes.elements(shapes.get(tensor.getName())));
        });
        long executed = 0;
        long macs = 0;
        Map<String, Long> params = new HashMap<>();
        for (NodeProto node : graph.getNodeList()) {
            if (node.getInputCount() > 0 && sources.keySet().containsAll(node.getInputList())) {
                constant(node, shapes, sources, elements);
            }
            int parameters = switch (node.getOpType()) {
                case "Conv", "Gemm" -> node.getInputCount();
                case "BatchNormalization", "LayerNormalization" -> 3;
                // numbers of positions; what all share is no parameter
                case "Add" -> OnnxShapes.elements(shapes.getOrDefault(node.getInput(1), new long[0])) > 1 ? 2 : 1;
                default -> 1;
            };
            for (int i = 1; i < parameters; i++) {
                String source = sources.get(node.getInput(i));
                if (source != null) {
                    params.put(source, elements.get(source));
                }
            }
            if (node.getOpType().equals("Gemm") || node.getOpType().equals("Conv")) {
                String source = sources.get(node.getInput(1));
                if (source == null || !shapes.containsKey(node.getInput(1))) {
                    throw new IllegalArgumentException("The weights of " + OnnxStructure.name(node) + " are no constants");
                }
                long positions = positions(node, shapes);
                macs += elements.get(source) * positions;
                executed += OnnxShapes.elements(shapes.get(node.getInput(1))) * positions;
            }
            if (node.getOpType().equals("MatMul")) {
                long[] x = shapes.get(node.getInput(0));
                long[] result = shapes.get(node.getOutput(0));
                long products = OnnxShapes.elements(Arrays.copyOfRange(result, 1, result.length)) * x[x.length - 1];
                macs += products;
                executed += products;
            }
        }
        return new OnnxCosts(macs, executed, params.values().stream().mapToLong(Long::longValue).sum());
    }

    private static void constant(NodeProto node, Map<String, long[]> shapes, Map<String, String> sources, Map<String, Long> elements) {
        for (int i = 0; i < node.getOutputCount(); i++) {
            // a layer's bias is what its third input says
            String source = sources.get(node.getInput(2 * i));
            sources.put(node.getOutput(i), source);
            // planes are told by the shape of what they are unpacked to; zeros put between count nothing
            if (node.getOpType().equals(PackedCodes.FUNCTION) || node.getOpType().equals("UnpackBits")) {
                elements.put(source, OnnxShapes.elements(shapes.get(node.getOutput(i))));
            }
        }
    }

    private static long positions(NodeProto node, Map<String, long[]> shapes) {
        if (node.getOpType().equals("Gemm")) {
            return 1;
        }
        long[] shape = shapes.get(node.getOutput(0));
        if (shape == null || shape.length != 4) {
            throw new IllegalArgumentException("The file says nothing about the shape of " + node.getOutput(0));
        }
        return Math.multiplyExact(shape[2], shape[3]);
    }
}
