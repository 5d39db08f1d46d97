package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a function of standard operators, which a file holds once and calls for each layer. Its opset is left open: it is the file's. Its values
 * have short names, as each file holds them.
 */
final class FunctionWriter {

    /** The domain of all functions. */
    static final String DOMAIN = "fn";

    private final FunctionProto.Builder function = FunctionProto.newBuilder().setDomain(DOMAIN);
    private final Set<String> names = new HashSet<>();

    FunctionWriter(String name, String... inputs) {
        function.setName(name).addAllInput(List.of(inputs));
        function.addOpsetImportBuilder();
        names.addAll(List.of(inputs));
    }

    /** The same numbers for all calls; gives their name. */
    String constant(TensorProto tensor) {
        return node("Constant", List.of(), Protos.attribute("value", tensor));
    }

    /** The int64 numbers that a call gives as an attribute; gives their name. */
    String attribute(String name) {
        function.addAttribute(name);
        return node("Constant", List.of(), Protos.reference("value_ints", name, AttributeType.INTS));
    }

    /** Writes a node; gives the name of its result. */
    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String name = Names.SHORT.unique("", names, names.size());
        names.add(name);
        function.addNode(NodeProto.newBuilder().setOpType(operator).addAllInput(inputs).addOutput(name).addAllAttribute(List.of(attributes)));
        return name;
    }

    /** Writes a change of the type; gives the name of its result. */
    String cast(String input, DataType type) {
        return node("Cast", List.of(input), Protos.attribute("to", (long) type.getNumber()));
    }

    /** The function, which gives what these names stand for. */
    FunctionProto giving(String... results) {
        return function.addAllOutput(List.of(results)).build();
    }
}
