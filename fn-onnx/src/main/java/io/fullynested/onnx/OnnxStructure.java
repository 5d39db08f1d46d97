package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether an ONNX file is put together as the standard wants it, as far as the operators go that this module writes. */
final class OnnxStructure {

    private static final List<DataType> FLOATS = List.of(DataType.FLOAT, DataType.FLOAT16);
    private static final List<DataType> CODES = List.of(DataType.INT8, DataType.UINT8, DataType.INT32);
    private static final List<DataType> NUMBERS = List.of(DataType.FLOAT, DataType.FLOAT16, DataType.UINT8, DataType.INT8);
    private static final Set<String> MOVES = Set.of("MaxPool", "Flatten", "Slice", "Gather", "Concat", "Unsqueeze", "Reshape", "Transpose", "Resize", "Identity", "Pad");

    private final Map<String, DataType> types = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private final Map<String, DataType> declared = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private OnnxStructure() {
    }

    /**
     * Checks that names are unique, that values are computed before they are used, that all are used, and that element types and
     * sizes are right.
     *
     * @throws IllegalStateException with all problems
     */
    static void check(ModelProto model) {
        List<String> problems = problems(model);
        if (!problems.isEmpty()) {
            throw new IllegalStateException("The ONNX graph is not sound: " + String.join("; ", problems));
        }
    }

    /** All problems, a few words each. */
    static List<String> problems(ModelProto model) {
        OnnxStructure structure = new OnnxStructure();
        structure.graph(model.getGraph());
        long opset = model.getOpsetImportList().stream().filter(set -> set.getDomain().isEmpty()).mapToLong(OperatorSetIdProto::getVersion).max().orElse(0);
        int least = Opset.least(model.getGraph());
        if (opset < least) {
            structure.problems.add("opset " + opset + " is too old for what it holds, which needs " + least);
        }
        return structure.problems;
    }

    private void graph(GraphProto graph) {
        graph.getInputList().forEach(input -> define(input.getName(), type(input)));
        for (TensorProto tensor : graph.getInitializerList()) {
            define(tensor.getName(), DataType.forNumber(tensor.getDataType()));
            size(tensor);
        }
        for (List<ValueInfoProto> infos : List.of(graph.getValueInfoList(), graph.getOutputList())) {
            for (ValueInfoProto info : infos) {
                if (declared.put(info.getName(), type(info)) != null) {
                    problems.add("two shapes are given for " + info.getName());
                }
            }
        }
        Set<String> names = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            if (!node.getName().isEmpty() && !names.add(node.getName())) {
                problems.add("two nodes are named " + node.getName());
            }
            node(node);
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            use(output.getName(), "the graph");
        }
        types.keySet().stream().filter(name -> !used.contains(name)).sorted().forEach(name -> problems.add("nobody uses " + name));
    }

    private void node(NodeProto node) {
        String name = name(node);
        if (node.getOpType().equals(FrozenTail.FUNCTION)) {
            // what others have made may take and give anything
            node.getInputList().forEach(input -> use(input, name));
            node.getOutputList().forEach(output -> define(output, declared.getOrDefault(output, DataType.UNDEFINED)));
            return;
        }
        boolean layer = node.getOpType().equals(LayerFunctions.LAYER);
        if (node.getInputCount() == 0 || node.getOutputCount() != (layer ? 2 : 1)) {
            problems.add(name + " must have inputs and " + (layer ? "two outputs" : "one output"));
            return;
        }
        List<DataType> inputs = node.getInputList().stream().filter(input -> !input.isEmpty()).map(input -> use(input, name)).toList();
        List<DataType> legal = switch (node.getOpType()) {
            case "DequantizeLinear" -> CODES;
            // earlier versions shifted signals, and had longer names of functions
            case "BitShift", PackedCodes.FUNCTION, "UnpackBits" -> List.of(DataType.UINT8);
            case "Clip" -> NUMBERS;
            case Int4Codes.FUNCTION, "ReadInt4" -> List.of(DataType.INT4);
            case WideGroups.FUNCTION, "WidenGroups", LayerFunctions.WEIGHT, LayerFunctions.LAYER -> List.of(DataType.INT8);
            case "Cast" -> NUMBERS;
            default -> MOVES.contains(node.getOpType()) ? NUMBERS : FLOATS;
        };
        DataType result = switch (node.getOpType()) {
            case "QuantizeLinear" -> inputs.get(inputs.size() - 1);
            case "DequantizeLinear", LayerFunctions.WEIGHT, LayerFunctions.LAYER -> DataType.FLOAT;
            case PackedCodes.FUNCTION, Int4Codes.FUNCTION, WideGroups.FUNCTION, "UnpackBits", "ReadInt4", "WidenGroups" -> DataType.INT8;
            case "Cast" -> node.getAttributeCount() == 0 ? DataType.UNDEFINED : DataType.forNumber((int) node.getAttribute(0).getI());
            default -> inputs.get(0);
        };
        boolean mixes = !FLOATS.equals(legal) && !node.getOpType().equals("Clip") || node.getOpType().equals("QuantizeLinear");
        boolean alike = mixes || inputs.stream().allMatch(inputs.get(0)::equals);
        if (!legal.contains(inputs.get(0)) || !alike) {
            problems.add(node.getOpType() + " " + name + " cannot take " + inputs);
        }
        for (String output : node.getOutputList()) {
            define(output, result);
            if (declared.getOrDefault(output, result) != result) {
                problems.add(output + " is " + result + ", not " + declared.get(output));
            }
        }
    }

    /** What to call a node: what it gives, if it has no name. */
    static String name(NodeProto node) {
        return node.getName().isEmpty() && node.getOutputCount() > 0 ? node.getOutput(0) : node.getName();
    }

    private void define(String name, DataType type) {
        if (name.isEmpty() || types.put(name, type) != null) {
            problems.add("two values are named '" + name + "'");
        }
    }

    private DataType use(String name, String user) {
        used.add(name);
        DataType type = types.get(name);
        if (type == null) {
            problems.add(user + " takes " + name + ", which was not computed before");
            return DataType.UNDEFINED;
        }
        return type;
    }

    private void size(TensorProto tensor) {
        long elements = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
        DataType type = DataType.forNumber(tensor.getDataType());
        long bytes = type == null ? 0 : Protos.size(type, elements);
        // what others have made may be written in another way
        if (tensor.getRawData().size() != bytes && !tensor.getName().startsWith(FrozenTail.PREFIX)) {
            problems.add(tensor.getName() + " holds " + tensor.getRawData().size() + " bytes, not " + bytes);
        }
    }

    private static DataType type(ValueInfoProto info) {
        return DataType.forNumber(info.getType().getTensorType().getElemType());
    }
}
