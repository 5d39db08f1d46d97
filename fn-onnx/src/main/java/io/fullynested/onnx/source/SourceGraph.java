package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An ONNX file with all shapes known and all that is constant computed. onnxruntime runs it once, on one sample, with every result of every
 * node as an output: so nothing here knows how shapes follow from each other, nor how constants are computed.
 *
 * @param nodes     those that depend on the input, in an order in which they can be computed
 * @param constants by the name of the value
 * @param shapes    extents of all values that depend on the input, the batch dimension 1
 * @param input     name of the input
 * @param output    name of the output
 * @param metadata  what the file says about itself, by key
 * @param notes     what of it is not read as it is
 */
record SourceGraph(List<SourceNode> nodes, Map<String, Constant> constants, Map<String, int[]> shapes, String input, String output,
                   Map<String, String> metadata, List<String> notes) {

    private static final int NEWEST_OPSET = 25;
    private static final int OLDEST_OPSET = 9;

    /**
     * Reads a file.
     *
     * @param shape extents of the input without the batch dimension, where the file leaves them open
     * @throws IOException if it cannot be read, or needs something that is not known; the message names the file
     */
    static SourceGraph read(Path file, Optional<int[]> shape) throws IOException {
        FloatSource source = FloatSource.read(file);
        try {
            return of(source.model(), shape).noting(source.notes());
        } catch (OrtException e) {
            throw new UnreadableException(file, "onnxruntime refuses it: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        } catch (UnsupportedNodeException e) {
            throw new UnreadableException(file, e.getMessage() + (e.getMessage().contains("Maybe") ? "" : maybe(source.model().getGraph(), e.node())), e);
        } catch (IllegalArgumentException | IOException e) {
            throw new UnreadableException(file, e.getMessage(), e);
        }
    }

    private static SourceGraph of(ModelProto model, Optional<int[]> shape) throws IOException, OrtException {
        checkOpset(model);
        GraphProto graph = model.getGraph();
        Map<String, Constant> constants = new HashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            constants.put(tensor.getName(), Constant.read(tensor));
        }
        List<ValueInfoProto> inputs = graph.getInputList().stream().filter(input -> !constants.containsKey(input.getName())).toList();
        if (inputs.size() != 1 || graph.getOutputCount() != 1) {
            throw new IllegalArgumentException("it has " + inputs.size() + " inputs and " + graph.getOutputCount() + " outputs; one of each is read"
                    + (inputs.size() == 1 ? maybe(graph, "") : ""));
        }
        ValueInfoProto input = inputs.get(0);
        if (input.getType().getTensorType().getElemType() != TensorProto.DataType.FLOAT.getNumber()) {
            throw new IllegalArgumentException("its input '" + input.getName() + "' is not float32");
        }
        int[] extents = extents(input, shape);
        List<SourceNode> nodes = new ArrayList<>();
        Set<String> open = new HashSet<>();
        Set<String> folded = new HashSet<>();
        Set<String> varying = new HashSet<>(Set.of(input.getName()));
        for (NodeProto proto : graph.getNodeList()) {
            SourceNode node = SourceNode.of(proto);
            if (proto.getAttributeList().stream().anyMatch(attribute -> attribute.getType() == AttributeType.GRAPH)) {
                throw node.refuse("has a graph of its own; control flow is not read");
            }
            if (node.op().startsWith("QLinear")) {
                throw node.refuse("computes with codes. Maybe write the file with quant_format=QuantFormat.QDQ, or take that of before it was quantised?");
            }
            // of what these are told of their last input, no number depends on the sample
            List<String> read = node.op().equals("Shape") || node.op().equals("CastLike") ? node.inputs().subList(0, node.inputs().size() - 1) : node.inputs();
            boolean varies = read.stream().anyMatch(varying::contains);
            (varies ? varying : folded).addAll(node.outputs());
            open.addAll(node.outputs());
            if (varies && !proto.getDomain().isEmpty() && !proto.getDomain().equals("ai.onnx")) {
                throw node.refuse("is of the domain '" + proto.getDomain() + "'; only standard operators are read");
            }
            if (varies) {
                nodes.add(node);
            }
        }
        open.remove("");
        Map<String, int[]> shapes = new HashMap<>(Map.of(input.getName(), extents));
        run(model, input.getName(), extents, open, folded, constants, shapes);
        Map<String, String> metadata = new TreeMap<>();
        model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return new SourceGraph(nodes, constants, shapes, input.getName(), graph.getOutput(0).getName(), metadata, List.of());
    }

    private static String maybe(GraphProto graph, String refused) {
        Set<String> constant = new HashSet<>();
        graph.getInitializerList().forEach(tensor -> constant.add(tensor.getName()));
        String input = graph.getInputList().stream().map(ValueInfoProto::getName).filter(name -> !constant.contains(name)).findFirst().orElse("");
        List<SourceNode> nodes = graph.getNodeList().stream().filter(node -> node.getOutputCount() > 0).map(SourceNode::of).toList();
        return Cut.maybe(nodes, input, graph.getOutputList().stream().map(ValueInfoProto::getName).toList(), Set.of(refused));
    }

    private SourceGraph noting(List<String> more) {
        return new SourceGraph(nodes, constants, shapes, input, output, metadata, more);
    }

    /** The same with other nodes that compute as much. */
    SourceGraph with(List<SourceNode> others) {
        return new SourceGraph(others, constants, shapes, input, output, metadata, notes);
    }

    private static void checkOpset(ModelProto model) {
        for (OperatorSetIdProto opset : model.getOpsetImportList()) {
            if (opset.getDomain().isEmpty() && (opset.getVersion() < OLDEST_OPSET || opset.getVersion() > NEWEST_OPSET)) {
                throw new IllegalArgumentException("it is of opset " + opset.getVersion() + "; " + OLDEST_OPSET + " to " + NEWEST_OPSET
                        + " are read. Maybe export it with opset_version=17?");
            }
        }
    }

    private static int[] extents(ValueInfoProto input, Optional<int[]> given) {
        List<Dimension> dims = input.getType().getTensorType().getShape().getDimList();
        int[] extents = new int[dims.size()];
        if (given.isPresent() && given.get().length != extents.length - 1) {
            throw new IllegalArgumentException("its input '" + input.getName() + "' has " + (extents.length - 1) + " dimensions beside the batch, not "
                    + given.get().length + " as " + Arrays.toString(given.get()));
        }
        for (int i = 0; i < extents.length; i++) {
            Dimension dim = dims.get(i);
            boolean fixed = dim.getDimValue() > 0;
            if (i == 0) {
                extents[i] = 1;
            } else if (given.isPresent()) {
                extents[i] = given.get()[i - 1];
                if (fixed && dim.getDimValue() != extents[i]) {
                    throw new IllegalArgumentException("its input '" + input.getName() + "' has " + dim.getDimValue() + " in dimension " + i + ", not "
                            + extents[i]);
                }
            } else if (fixed) {
                extents[i] = Math.toIntExact(dim.getDimValue());
            } else {
                throw new IllegalArgumentException("its input '" + input.getName() + "' leaves dimension " + i + " open ('" + dim.getDimParam()
                        + "'). Maybe --shape 3x224x224?");
            }
        }
        return extents;
    }

    /** Runs the file once, and notes the shapes of all results and the values of those that are constant. */
    private static void run(ModelProto model, String input, int[] extents, Set<String> open, Set<String> folded, Map<String, Constant> constants,
                            Map<String, int[]> shapes) throws OrtException {
        Set<String> known = new HashSet<>();
        model.getGraph().getNodeList().stream().filter(node -> node.getOutputList().stream().anyMatch(folded::contains)).forEach(node -> known.addAll(node.getInputList()));
        OutsideNumbers numbers = OutsideNumbers.of(model, known);
        ModelProto.Builder all = numbers.model().toBuilder();
        GraphProto.Builder graph = all.getGraphBuilder().clearOutput();
        open.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] dims = Arrays.stream(extents).asLongStream().toArray();
        FloatBuffer zeros = FloatBuffer.allocate(Arrays.stream(extents).reduce(1, (a, b) -> a * b));
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setCPUArenaAllocator(false);
            try (OrtSession session = environment.createSession(all.build().toByteArray(), options);
                    OnnxTensor sample = OnnxTensor.createTensor(environment, zeros, dims);
                    OrtSession.Result results = numbers.run(session, input, sample)) {
                for (Map.Entry<String, OnnxValue> result : results) {
                    if (result.getValue() instanceof OnnxTensor tensor) {
                        TensorInfo info = tensor.getInfo();
                        int[] shape = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
                        if (folded.contains(result.getKey())) {
                            constants.put(result.getKey(), new Constant(shape, values(tensor, info)));
                        } else {
                            shapes.put(result.getKey(), shape);
                        }
                    }
                }
            }
        }
    }

    private static float[] values(OnnxTensor tensor, TensorInfo info) {
        float[] values = new float[(int) info.getNumElements()];
        switch (info.type) {
            case INT64 -> {
                LongBuffer longs = tensor.getLongBuffer();
                fill(values, longs::get);
            }
            case INT32 -> {
                IntBuffer ints = tensor.getIntBuffer();
                fill(values, ints::get);
            }
            case FLOAT, FLOAT16, BFLOAT16 -> tensor.getFloatBuffer().get(values);
            case DOUBLE -> {
                DoubleBuffer doubles = tensor.getDoubleBuffer();
                fill(values, i -> (float) doubles.get(i));
            }
            default -> {
                ByteBuffer bytes = tensor.getByteBuffer();
                fill(values, bytes::get);
            }
        }
        return values;
    }

    private interface Numbers {
        float get(int index);
    }

    private static void fill(float[] values, Numbers numbers) {
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i);
        }
    }

    /** The extents of a value that depends on the input. */
    int[] shape(String value) {
        return shapes.get(value);
    }
}
