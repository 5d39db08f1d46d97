package io.fullynested.onnx.bundle;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.fullynested.onnx.bundle.Piece.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Takes the bytes of an ONNX file apart: one piece for each node, initialiser, value and so on. Knows of the format only where these
 * have their names, and where initialisers have their data.
 */
final class Pieces {

    /** Vectors of fewer bytes stay in the text. */
    private static final int SMALL = 16;

    private final byte[] file;
    private final Function<TensorProto, Optional<Piece.Weights>> weights;
    private final List<Piece> pieces = new ArrayList<>();
    private final Map<String, Integer> seen = new HashMap<>();

    private Pieces(byte[] file, Function<TensorProto, Optional<Piece.Weights>> weights) {
        this.file = file;
        this.weights = weights;
    }

    /**
     * The pieces of a file, in its order.
     *
     * @param weights tells how an initialiser is made of codes, if it is
     */
    static List<Piece> of(byte[] file, Function<TensorProto, Optional<Piece.Weights>> weights) {
        try {
            Pieces pieces = new Pieces(file, weights);
            pieces.model();
            return pieces.pieces;
        } catch (IOException e) {
            throw new IllegalArgumentException("These are not the bytes of an ONNX file", e);
        }
    }

    /** A field of a message: where it, its content and what follows start. */
    private record Field(int number, int start, int content, int end) {
    }

    private List<Field> fields(int from, int to) throws IOException {
        List<Field> fields = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(file, from, to - from);
        while (!in.isAtEnd()) {
            int start = from + in.getTotalBytesRead();
            int tag = in.readTag();
            int content = start;
            if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                int length = in.readRawVarint32();
                content = from + in.getTotalBytesRead();
                in.skipRawBytes(length);
            } else {
                in.skipField(tag);
            }
            fields.add(new Field(WireFormat.getTagFieldNumber(tag), start, content, from + in.getTotalBytesRead()));
        }
        return fields;
    }

    private void model() throws IOException {
        for (Field field : fields(0, file.length)) {
            if (field.number() == ModelProto.GRAPH_FIELD_NUMBER) {
                add("graph", field.start(), field.content(), null);
                graph(field);
            } else {
                String key = field.number() == ModelProto.METADATA_PROPS_FIELD_NUMBER
                        ? StringStringEntryProto.parseFrom(content(field)).getKey() : "";
                add("model " + field.number() + " " + key, field.start(), field.end(), null);
            }
        }
    }

    private void graph(Field graph) throws IOException {
        for (Field field : fields(graph.content(), graph.end())) {
            if (field.number() == GraphProto.INITIALIZER_FIELD_NUMBER) {
                initializer(field);
            } else {
                add("graph " + field.number() + " " + name(field), field.start(), field.end(), null);
            }
        }
    }

    private String name(Field field) throws IOException {
        return switch (field.number()) {
            case GraphProto.NODE_FIELD_NUMBER -> NodeProto.parseFrom(content(field)).getName();
            case GraphProto.INPUT_FIELD_NUMBER, GraphProto.OUTPUT_FIELD_NUMBER, GraphProto.VALUE_INFO_FIELD_NUMBER ->
                    ValueInfoProto.parseFrom(content(field)).getName();
            default -> "";
        };
    }

    private void initializer(Field field) throws IOException {
        TensorProto tensor = TensorProto.parseFrom(content(field));
        String key = "initializer " + tensor.getName();
        Optional<Part> part = part(tensor);
        if (part.isEmpty()) {
            add(key, field.start(), field.end(), null);
        } else {
            Field data = fields(field.content(), field.end()).stream()
                    .filter(inner -> inner.number() == TensorProto.RAW_DATA_FIELD_NUMBER).findFirst().orElseThrow();
            add(key, field.start(), data.content(), part.get());
            if (data.end() < field.end()) {
                add(key + " after its data", data.end(), field.end(), null);
            }
        }
    }

    private Optional<Part> part(TensorProto tensor) {
        Optional<Piece.Weights> coded = weights.apply(tensor);
        if (coded.isPresent()) {
            return Optional.of(coded.get());
        }
        boolean wide = tensor.getDataType() == DataType.FLOAT.getNumber() || tensor.getDataType() == DataType.INT32.getNumber();
        byte[] data = tensor.getRawData().toByteArray();
        return wide && data.length >= SMALL ? Optional.of(new Piece.Numbers(data)) : Optional.empty();
    }

    private ByteString content(Field field) {
        return ByteString.copyFrom(file, field.content(), field.end() - field.content());
    }

    private void add(String key, int from, int to, Part part) {
        int times = seen.merge(key, 1, Integer::sum);
        pieces.add(new Piece(times == 1 ? key : key + " " + times, Arrays.copyOfRange(file, from, to), Optional.ofNullable(part)));
    }
}
