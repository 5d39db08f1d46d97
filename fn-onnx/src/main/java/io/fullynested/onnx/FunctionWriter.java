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

    private final FunctionProto.Builder function = FunctionProto.newBuilder();
    private final Set<String> names = new HashSet<>();

    FunctionWriter(String name, String... inputs) {
        this(DOMAIN, List.of(inputs), name);
    }

    private FunctionWriter(String domain, List<String> inputs, String name) {
        function.setDomain(domain);
        function.setName(name).addAllInput(inputs);
        function.addOpsetImportBuilder();
        names.addAll(inputs);
    }

    /** A function of another domain than that of those of this program. */
    static FunctionWriter of(String domain, String name, String... inputs) {
        return new FunctionWriter(domain, List.of(inputs), name);
    }

    /** The number that a call gives as an attribute, as float32; gives its name. */
    String number(String name) {
        function.addAttribute(name);
        return cast(node("Constant", List.of(), Protos.reference("value_int", name, AttributeType.INT)), DataType.FLOAT);
    }

    /** Notes an attribute of calls that says nothing here. */
    void unused(String name) {
        function.addAttribute(name);
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
