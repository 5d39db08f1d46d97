package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** An ONNX graph that is being written. Every name is given once; the type and shape of every value are stored. */
final class OnnxGraph {

    private final List<String> outputs;
    private final DataType real;
    private final GraphProto.Builder proto = GraphProto.newBuilder();
    private final Set<String> names = new HashSet<>();
    private final Map<Object, String> constants = new HashMap<>();
    private final Set<FunctionProto> functions = new LinkedHashSet<>();

    /**
     * An empty graph.
     *
     * @param outputs names its outputs
     * @param real    type of the numbers that are no codes
     */
    OnnxGraph(String name, String description, List<String> outputs, DataType real) {
        this.outputs = outputs;
        this.real = real;
        proto.setName(name).setDocString(description);
        names.addAll(outputs);
    }

    /** The type of the numbers that are no codes. */
    DataType real() {
        return real;
    }

    /**
     * Adds an input of the graph, which is float32 whatever is computed with, or bytes.
     *
     * @throws IllegalArgumentException if the output is named so
     */
    Value input(String name, DataType type, long... dims) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("an input is named '" + name + "' as " + (outputs.size() == 1 ? "the" : "an") + " output is. Give one of them another name");
        }
        proto.addInput(Protos.valueInfo(name, type, dims));
        return new Value(name, type, dims);
    }

    /** A value in the type of the numbers that are no codes. */
    Value real(Value value, String name) {
        return cast(value, name, real);
    }

    private Value cast(Value value, String name, DataType type) {
        return value.type() == type ? value : node("Cast", name, new Value(name, type, value.dims()), List.of(value.name()),
                Protos.attribute("to", (long) type.getNumber()));
    }

    /** Adds an initialiser of numbers that are no codes, once for each key; gives its name. */
    String numbers(Object key, String name, long[] dims, float... values) {
        try {
            return constant(key, name, () -> real == DataType.FLOAT16 ? Protos.halves(dims, values) : Protos.floats(dims, values));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** Adds an initialiser, once for each key; gives its name. */
    String constant(Object key, String name, Supplier<TensorProto> tensor) {
        return constants.computeIfAbsent(key, k -> constant(name, tensor.get()));
    }

    /** Adds an initialiser; gives its name. */
    String constant(String name, TensorProto tensor) {
        String unique = unique(name);
        proto.addInitializer(tensor.toBuilder().setName(unique));
        return unique;
    }

    /** Adds a node with one output, which is named as wished unless something else is. */
    Value node(String operator, String name, Value output, List<String> inputs, AttributeProto... attributes) {
        Value value = new Value(unique(output.name()), output.type(), output.dims());
        proto.addNode(NodeProto.newBuilder().setOpType(operator).setName(name).addAllInput(inputs).addOutput(value.name())
                .addAllAttribute(List.of(attributes)));
        proto.addValueInfo(Protos.valueInfo(value.name(), value.type(), value.dims()));
        return value;
    }

    /** Adds a call of a function; gives its value. */
    Value call(FunctionProto function, String name, Value output, List<String> inputs) {
        Value value = node(function.getName(), name, output, inputs);
        proto.getNodeBuilder(proto.getNodeCount() - 1).setDomain(function.getDomain());
        functions.add(function);
        return value;
    }

    /** The functions that are called. */
    Set<FunctionProto> functions() {
        return functions;
    }

    /** Makes values the outputs of the graph, in float32, one for each of their names. */
    GraphProto finish(List<Value> computed) {
        Map<String, String> renamed = new HashMap<>();
        for (int i = 0; i < outputs.size(); i++) {
            String output = outputs.get(i);
            Value value = cast(computed.get(i), output + "/widen", DataType.FLOAT);
            int info = info(value.name());
            if (info < 0) {
                // it goes in, or comes out by another name too
                value = node("Identity", output + "/copy", new Value(output + "/copied", value.type(), value.dims()), List.of(renamed.getOrDefault(value.name(), value.name())));
                info = info(value.name());
            }
            rename(value.name(), output);
            renamed.put(value.name(), output);
            proto.removeValueInfo(info);
            proto.addOutput(Protos.valueInfo(output, value.type(), value.dims()));
        }
        return proto.build();
    }

    /** Where it stands what a value computed is; -1 if nowhere. */
    private int info(String value) {
        return IntStream.range(0, proto.getValueInfoCount()).filter(i -> proto.getValueInfo(i).getName().equals(value)).findFirst().orElse(-1);
    }

    private void rename(String value, String output) {
        for (NodeProto.Builder node : proto.getNodeBuilderList()) {
            if (node.getOutput(0).equals(value)) {
                node.setOutput(0, output);
            }
            for (int i = 0; i < node.getInputCount(); i++) {
                if (node.getInput(i).equals(value)) {
                    node.setInput(i, output);
                }
            }
        }
    }

    private String unique(String wanted) {
        String name = wanted;
        for (int i = 2; !names.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }
}
