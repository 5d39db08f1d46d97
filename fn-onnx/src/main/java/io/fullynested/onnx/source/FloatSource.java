package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A source as float32 computes it: with all its numbers in it, those of half precision widened, and signals not rounded to codes (QDQ), for
 * what is nested of it rounds them for itself.
 *
 * @param model the network
 * @param notes what was changed that a person should know
 * @param asItIs whether nothing was
 */
record FloatSource(ModelProto model, List<String> notes, boolean asItIs) {

    private static final Set<Integer> HALVES = Set.of(DataType.FLOAT16.getNumber(), DataType.BFLOAT16.getNumber());

    /** @throws IOException if it cannot be read; the message names the file */
    static FloatSource read(Path file) throws IOException {
        ModelProto model = InputFile.read(file, () -> parsed(file));
        try {
            FloatSource read = of(ExternalData.inline(model, file.toAbsolutePath().getParent()));
            return new FloatSource(read.model, read.notes, read.model == model);
        } catch (IOException e) {
            throw new UnreadableException(file, e.getMessage(), e);
        }
    }

    /** Its numbers stay in the file, which is mapped into memory, until they are asked for. */
    private static ModelProto parsed(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())).newCodedInput();
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            in.checkLastTagWas(0);
            return OnnxFile.requireGraph(model, file);
        } catch (InvalidProtocolBufferException e) {
            throw OnnxFile.noNetwork(file, e);
        }
    }

    private static FloatSource of(ModelProto model) throws IOException {
        GraphProto given = model.getGraph();
        List<String> notes = new ArrayList<>();
        boolean half = given.getInitializerList().stream().anyMatch(tensor -> HALVES.contains(tensor.getDataType()))
                || given.getInputList().stream().anyMatch(FloatSource::half);
        int rounded = Rounding.count(given);
        if (!half && rounded == 0) {
            return new FloatSource(model, notes, true);
        }
        GraphProto.Builder graph = given.toBuilder();
        if (half) {
            widen(graph);
            if (given.getInputList().stream().anyMatch(FloatSource::half) || given.getOutputList().stream().anyMatch(FloatSource::half)) {
                notes.add("the source takes or gives numbers of half precision; what is nested of it takes and gives float32");
            }
        }
        if (rounded > 0) {
            Rounding.leaveOut(graph);
            notes.add("the source rounds " + rounded + " signals to codes, which is left out here: what is nested of it rounds them for itself, and weights start from "
                    + "what its codes stand for");
        }
        return new FloatSource(model.toBuilder().setGraph(graph).build(), notes, false);
    }

    private static boolean half(ValueInfoProto value) {
        return HALVES.contains(value.getType().getTensorType().getElemType());
    }

    private static void widen(GraphProto.Builder graph) throws IOException {
        graph.clearValueInfo();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            graph.setInitializer(i, widened(graph.getInitializer(i)));
        }
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                if (attribute.hasT()) {
                    attribute.setT(widened(attribute.getT()));
                } else if (node.getOpType().equals("Cast") && attribute.getName().equals("to") && HALVES.contains((int) attribute.getI())) {
                    attribute.setI(DataType.FLOAT.getNumber());
                }
            }
        }
        graph.getInputBuilderList().forEach(FloatSource::widen);
        graph.getOutputBuilderList().forEach(FloatSource::widen);
    }

    private static void widen(ValueInfoProto.Builder value) {
        TypeProto.Tensor.Builder type = value.getTypeBuilder().getTensorTypeBuilder();
        if (HALVES.contains(type.getElemType())) {
            type.setElemType(DataType.FLOAT.getNumber());
        }
    }

    private static TensorProto widened(TensorProto tensor) throws IOException {
        if (!HALVES.contains(tensor.getDataType())) {
            return tensor;
        }
        float[] values = Constant.read(tensor).values();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder().setName(tensor.getName()).addAllDims(tensor.getDimsList()).setDataType(DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(bytes)).build();
    }
}
