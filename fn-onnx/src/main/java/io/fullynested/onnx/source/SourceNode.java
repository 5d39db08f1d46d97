package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of an ONNX file.
 *
 * @param name    its own, or if it has none its first output's
 * @param op      its operator
 * @param inputs  names of values, empty where one is left out
 * @param outputs names of values
 */
record SourceNode(String name, String op, List<String> inputs, List<String> outputs, Map<String, AttributeProto> attributes) {

    static SourceNode of(NodeProto node) {
        if (node.getOutputCount() == 0) {
            throw new IllegalArgumentException("the node '" + node.getName() + "' (" + node.getOpType() + ") has no output");
        }
        Map<String, AttributeProto> attributes = new LinkedHashMap<>();
        node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
        return new SourceNode(node.getName().isEmpty() ? node.getOutput(0) : node.getName(), node.getOpType(), node.getInputList(),
                node.getOutputList(), attributes);
    }

    /** Its only result that matters. */
    String output() {
        return outputs.get(0);
    }

    boolean has(int input) {
        return inputs.size() > input && !inputs.get(input).isEmpty();
    }

    int number(String attribute, int standard) {
        return attributes.containsKey(attribute) ? Math.toIntExact(attributes.get(attribute).getI()) : standard;
    }

    double real(String attribute, double standard) {
        return attributes.containsKey(attribute) ? attributes.get(attribute).getF() : standard;
    }

    String text(String attribute, String standard) {
        return attributes.containsKey(attribute) ? attributes.get(attribute).getS().toStringUtf8() : standard;
    }

    int[] numbers(String attribute, int... standard) {
        return attributes.containsKey(attribute) ? attributes.get(attribute).getIntsList().stream().mapToInt(Math::toIntExact).toArray() : standard;
    }

    /** The numbers for rows and for columns, 1 each if the attribute is absent. */
    int[] pair(String attribute) {
        int[] all = numbers(attribute, 1, 1);
        if (all.length != 2) {
            throw refuse("has " + attribute + " " + Arrays.toString(all) + "; one for rows and one for columns are read");
        }
        return all;
    }

    /** A refusal that names it. */
    UnsupportedNodeException refuse(String why) {
        return new UnsupportedNodeException(this, why);
    }
}
