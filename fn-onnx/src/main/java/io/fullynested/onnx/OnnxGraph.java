package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** An ONNX graph that is being written. Every name is given once. */
final class OnnxGraph {

    private final List<String> outputs;
    private final DataType real;
    private final Names naming;
    private final boolean hollow;
    private final GraphProto.Builder proto = GraphProto.newBuilder();
    private final Set<String> names = new HashSet<>();
    private final Map<Object, String> constants = new HashMap<>();
    private final Set<FunctionProto> functions = new LinkedHashSet<>();
    private int given;
    private long bytes;
    private long numbers;

    /**
     * An empty graph.
     *
     * @param outputs names its outputs
     * @param real    type of the numbers that are no codes
     * @param hollow  whether only its size matters, so that the numbers of the model are not asked for and zeros stand for them
     */
    OnnxGraph(String name, List<String> outputs, DataType real, Names naming, boolean hollow) {
        this.outputs = outputs;
        this.real = real;
        this.naming = naming;
        this.hollow = hollow;
        proto.setName(name);
        names.addAll(outputs);
    }

    /** The type of the numbers that are no codes. */
    DataType real() {
        return real;
    }

    /** What nodes, values and constants take in the file so far. */
    long bytes() {
        return bytes;
    }

    /** What the numbers of the model take in the file so far. */
    long numbers() {
        return numbers;
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
        proto.addInput(counted(GraphProto.INPUT_FIELD_NUMBER, Protos.valueInfo(name, type, dims)));
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
    String numbers(Object key, String name, long[] dims, Supplier<float[]> values) {
        try {
            return constants.computeIfAbsent(key, k -> data(name, real, dims, () -> real == DataType.FLOAT16
                    ? Protos.halves(dims, values.get()) : Protos.floats(dims, values.get())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** Adds an initialiser that is the same for all models, once for each key; gives its name. */
    String constant(Object key, String name, Supplier<TensorProto> tensor) {
        return constants.computeIfAbsent(key, k -> constant(name, tensor.get()));
    }

    /** Adds an initialiser that is the same for all models; gives its name. */
    String constant(String name, TensorProto tensor) {
        String unique = unique(name);
        proto.addInitializer(counted(GraphProto.INITIALIZER_FIELD_NUMBER, tensor.toBuilder().setName(unique).build()));
        return unique;
    }

    /** Adds an initialiser of numbers of the model, which are asked for if they are wanted; gives its name. */
    String data(String name, DataType type, long[] dims, Supplier<TensorProto> tensor) {
        TensorProto stored = hollow ? Protos.zeros(type, dims) : tensor.get();
        numbers += stored.getRawData().size();
        return constant(name, stored);
    }

    /** Adds a node with one output, which is named as wished unless something else is. */
    Value node(String operator, String name, Value output, List<String> inputs, AttributeProto... attributes) {
        return node(NodeProto.newBuilder().setOpType(operator), name, List.of(output), inputs, attributes).get(0);
    }

    /** Adds a call of a function; gives its values. */
    List<Value> call(FunctionProto function, String name, List<Value> outputs, List<String> inputs, AttributeProto... attributes) {
        functions.add(function);
        return node(NodeProto.newBuilder().setOpType(function.getName()).setDomain(function.getDomain()), name, outputs, inputs, attributes);
    }

    private List<Value> node(NodeProto.Builder node, String name, List<Value> outputs, List<String> inputs, AttributeProto... attributes) {
        if (naming == Names.LONG) {
            node.setName(name);
        }
        List<Value> values = new ArrayList<>();
        for (Value output : outputs) {
            Value value = new Value(unique(output.name()), output.type(), output.dims());
            node.addOutput(value.name());
            values.add(value);
        }
        proto.addNode(counted(GraphProto.NODE_FIELD_NUMBER, node.addAllInput(inputs).addAllAttribute(List.of(attributes)).build()));
        if (naming == Names.LONG) {
            values.forEach(value -> proto.addValueInfo(counted(GraphProto.VALUE_INFO_FIELD_NUMBER,
                    Protos.valueInfo(value.name(), value.type(), value.dims()))));
        }
        return values;
    }

    private <T extends MessageLite> T counted(int field, T part) {
        bytes += CodedOutputStream.computeMessageSize(field, part);
        return part;
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
            if (!computes(value.name())) {
                // it goes in, or comes out by another name too
                value = node("Identity", output + "/copy", new Value(output + "/copied", value.type(), value.dims()), List.of(renamed.getOrDefault(value.name(), value.name())));
            }
            rename(value.name(), output);
            renamed.put(value.name(), output);
            proto.addOutput(Protos.valueInfo(output, value.type(), value.dims()));
        }
        return proto.build();
    }

    private boolean computes(String value) {
        return proto.getNodeList().stream().anyMatch(node -> node.getOutputList().contains(value));
    }

    private void rename(String value, String output) {
        for (NodeProto.Builder node : proto.getNodeBuilderList()) {
            for (int i = 0; i < node.getOutputCount(); i++) {
                if (node.getOutput(i).equals(value)) {
                    node.setOutput(i, output);
                }
            }
            for (int i = 0; i < node.getInputCount(); i++) {
                if (node.getInput(i).equals(value)) {
                    node.setInput(i, output);
                }
            }
        }
        IntStream.range(0, proto.getValueInfoCount()).filter(i -> proto.getValueInfo(i).getName().equals(value)).findFirst().ifPresent(proto::removeValueInfo);
    }

    private String unique(String wanted) {
        String name = naming.unique(wanted, names, given++);
        names.add(name);
        return name;
    }
}
