package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Leaves out what rounds signals to codes (QDQ): what was read from the codes of a signal becomes the signal, without what codes cut off below zero. */
final class Rounding {

    /** Results that are never below zero, and those that are not if what they take is not. */
    private static final Set<String> POSITIVE = Set.of("Relu", "Sigmoid", "HardSigmoid", "Softmax", "Sqrt", "Exp", "Abs");
    private static final Set<String> KEEP = Set.of("ReduceMean", "AveragePool", "MaxPool", "GlobalAveragePool", "Flatten", "Reshape", "Transpose", "Identity",
            "Squeeze", "Unsqueeze", "Cast", "Sqrt", "Dropout");

    private static final Set<String> SUMS = Set.of("Add", "Mul", "Div");
    /** Numbers may be codes of what they should be. */
    private static final double CLOSE = 1e-4;

    private final GraphProto.Builder graph;
    private final Map<String, TensorProto> numbers = new HashMap<>();
    private final Map<String, NodeProto> makers = new HashMap<>();
    /** Names of values that are other values now. */
    private final Map<String, String> same = new HashMap<>();

    private Rounding(GraphProto.Builder graph) {
        this.graph = graph;
        graph.getInitializerList().forEach(tensor -> numbers.put(tensor.getName(), tensor));
        graph.getNodeList().forEach(node -> node.getOutputList().forEach(output -> makers.put(output, node)));
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("Constant") && node.getAttributeCount() == 1 && node.getAttribute(0).hasT()) {
                numbers.put(node.getOutput(0), node.getAttribute(0).getT());
            }
        }
    }

    /** How many signals are rounded. */
    static int count(GraphProto graph) {
        return (int) graph.getNodeList().stream().filter(node -> node.getOpType().equals("QuantizeLinear")).count();
    }

    /** @throws IOException if a number of it cannot be read, which the message begins with */
    static void leaveOut(GraphProto.Builder graph) throws IOException {
        new Rounding(graph).run();
    }

    private void run() throws IOException {
        Set<String> results = Set.copyOf(graph.getOutputList().stream().map(output -> output.getName()).toList());
        List<NodeProto> nodes = List.copyOf(graph.getNodeList());
        graph.clearNode();
        for (NodeProto node : nodes) {
            NodeProto.Builder kept = node.toBuilder();
            for (int i = 0; i < kept.getInputCount(); i++) {
                kept.setInput(i, same.getOrDefault(kept.getInput(i), kept.getInput(i)));
            }
            NodeProto from = rounded(node);
            if (from != null) {
                String signal = same.getOrDefault(from.getInput(0), from.getInput(0));
                boolean cut = cuts(from) && !positive(signal);
                if (!cut && !results.contains(node.getOutput(0))) {
                    same.put(node.getOutput(0), signal);
                    continue;
                }
                kept.setOpType(cut ? "Relu" : "Identity").clearInput().clearAttribute().addInput(signal);
            }
            graph.addNode(kept);
        }
        Set<String> read = new HashSet<>(results);
        graph.getNodeList().forEach(node -> read.addAll(node.getInputList()));
        List<NodeProto> needed = graph.getNodeList().stream().filter(node -> !node.getOpType().equals("QuantizeLinear") || read.contains(node.getOutput(0))).toList();
        graph.clearNode().addAllNode(needed);
    }

    /** Whether codes have none below zero. */
    private boolean cuts(NodeProto rounding) throws IOException {
        TensorProto zero = rounding.getInputCount() > 2 ? numbers.get(rounding.getInput(2)) : null;
        return zero == null ? rounding.getInputCount() < 3 : least(zero) == Constant.read(zero).values()[0];
    }

    private static double least(TensorProto zero) {
        return switch (DataType.forNumber(zero.getDataType())) {
            case UINT8, UINT16 -> 0;
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            default -> Double.NaN;
        };
    }

    /** Whether a signal is never below zero, so that nothing was cut off: what is spelt out in several nodes has such signals within it. */
    private boolean positive(String signal) throws IOException {
        double number = number(signal, Double.NaN);
        NodeProto node = makers.get(signal);
        if (node == null || !Double.isNaN(number)) {
            return number >= 0;
        }
        NodeProto from = rounded(node);
        if (from != null) {
            return cuts(from) || positive(from.getInput(0));
        }
        String op = node.getOpType();
        return POSITIVE.contains(op) || KEEP.contains(op) && positive(node.getInput(0))
                || op.equals("Pow") && Math.abs(number(node.getInput(1), 1) - 2) < CLOSE
                || op.equals("Mul") && node.getInput(0).equals(node.getInput(1))
                || SUMS.contains(op) && positive(node.getInput(0)) && positive(node.getInput(1))
                || op.equals("Clip") && least(node) >= 0
                || op.equals("Add") && (overErf(node.getInput(0), node.getInput(1)) || overErf(node.getInput(1), node.getInput(0)));
    }

    /** An error function is above -1. */
    private boolean overErf(String signal, String constant) throws IOException {
        return made(signal, "Erf") && number(constant, 0) > 1 - CLOSE;
    }

    private boolean made(String signal, String op) {
        NodeProto node = makers.get(signal);
        NodeProto from = node == null ? null : rounded(node);
        NodeProto made = from == null ? node : makers.get(from.getInput(0));
        return made != null && made.getOpType().equals(op);
    }

    /** What rounded the signal that a node reads from codes; null if it reads none. */
    private NodeProto rounded(NodeProto node) {
        NodeProto from = node.getOpType().equals("DequantizeLinear") ? makers.get(node.getInput(0)) : null;
        return from != null && from.getOpType().equals("QuantizeLinear") ? from : null;
    }

    private double least(NodeProto clip) throws IOException {
        for (AttributeProto attribute : clip.getAttributeList()) {
            if (attribute.getName().equals("min")) {
                return attribute.getF();
            }
        }
        return clip.getInputCount() > 1 ? number(clip.getInput(1), -1) : -1;
    }

    /** What a value is if it is one number in the file, also if that is, or becomes, a code. */
    private double number(String value, double otherwise) throws IOException {
        NodeProto node = makers.get(value);
        if (node != null && rounded(node) != null) {
            return number(rounded(node).getInput(0), otherwise);
        }
        if (node != null && node.getOpType().equals("DequantizeLinear") && numbers.containsKey(node.getInput(0))) {
            double zero = node.getInputCount() > 2 ? number(node.getInput(2), Double.NaN) : 0;
            return (number(node.getInput(0), Double.NaN) - zero) * number(node.getInput(1), Double.NaN);
        }
        TensorProto tensor = numbers.get(value);
        Constant constant = tensor == null ? null : Constant.read(tensor);
        return constant == null || !constant.scalar() ? otherwise : constant.values()[0];
    }
}
