package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** An ONNX file of a few nodes, written line by line: {@code "y = Conv x w strides=2,2"}. */
final class SourceFile {

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
    private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
    private final Random random = new Random(4);
    private int opset = 17;

    /** @param dims of the input without the batch dimension, 0 for an open one */
    SourceFile(String input, int... dims) {
        graph.addInput(value(input, dims));
    }

    private static ValueInfoProto value(String name, int... dims) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        var tensor = value.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT.getNumber());
        if (dims.length > 0) {
            tensor.getShapeBuilder().addDimBuilder().setDimParam("batch");
            for (int dim : dims) {
                var extent = tensor.getShapeBuilder().addDimBuilder();
                if (dim == 0) {
                    extent.setDimParam("open");
                } else {
                    extent.setDimValue(dim);
                }
            }
        }
        return value.build();
    }

    SourceFile opset(int version) {
        opset = version;
        return this;
    }

    SourceFile says(String key, String value) {
        model.addMetadataPropsBuilder().setKey(key).setValue(value);
        return this;
    }

    /** Random numbers. */
    SourceFile weights(String name, int... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
        int elements = 1;
        for (int dim : dims) {
            tensor.addDims(dim);
            elements *= dim;
        }
        for (int i = 0; i < elements; i++) {
            tensor.addFloatData((float) (random.nextGaussian() / 2 + .3));
        }
        graph.addInitializer(tensor);
        return this;
    }

    SourceFile number(String name, double value) {
        graph.addInitializer(TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber()).addFloatData((float) value));
        return this;
    }

    /** Random numbers of 16 bits. */
    SourceFile half(String name, int type, int... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
        int elements = 1;
        for (int dim : dims) {
            tensor.addDims(dim);
            elements *= dim;
        }
        for (int i = 0; i < elements; i++) {
            // 0.5 to 0.75 and its negative, and a fraction of it
            int fraction = random.nextInt(64);
            int sign = random.nextInt(2) << 15;
            tensor.addInt32Data(type == DataType.FLOAT16.getNumber() ? sign | 14 << 10 | fraction << 3 : sign | 126 << 7 | fraction);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** Random int8 numbers. */
    SourceFile codes(String name, int... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(DataType.INT8.getNumber());
        int elements = 1;
        for (int dim : dims) {
            tensor.addDims(dim);
            elements *= dim;
        }
        for (int i = 0; i < elements; i++) {
            tensor.addInt32Data(random.nextInt(255) - 127);
        }
        graph.addInitializer(tensor);
        return this;
    }

    SourceFile code(String name, int type, int value) {
        graph.addInitializer(TensorProto.newBuilder().setName(name).setDataType(type).addInt32Data(value));
        return this;
    }

    SourceFile longs(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(DataType.INT64.getNumber()).addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    SourceFile node(String line) {
        String[] words = line.split(" ");
        NodeProto.Builder node = NodeProto.newBuilder().setName("/" + words[0] + "/" + words[2]).setOpType(words[2]).addOutput(words[0]);
        for (int i = 3; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals < 0) {
                node.addInput(words[i].equals("-") ? "" : words[i]);
            } else {
                node.addAttribute(attribute(words[i].substring(0, equals), words[i].substring(equals + 1)));
            }
        }
        graph.addNode(node);
        return this;
    }

    private static AttributeProto attribute(String name, String value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value.equals("{}")) {
            return attribute.setType(AttributeType.GRAPH).setG(GraphProto.newBuilder().setName("inner")).build();
        }
        if (value.matches("[-0-9]+\\.[0-9]+")) {
            return attribute.setType(AttributeType.FLOAT).setF(Float.parseFloat(value)).build();
        }
        if (!value.matches("[-0-9,]+")) {
            return attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build();
        }
        if (value.indexOf(',') < 0) {
            return attribute.setType(AttributeType.INT).setI(Long.parseLong(value)).build();
        }
        attribute.setType(AttributeType.INTS);
        for (String one : value.split(",")) {
            attribute.addInts(Long.parseLong(one));
        }
        return attribute.build();
    }

    Path write(Path file, String output) throws IOException {
        model.addOpsetImportBuilder().setVersion(opset);
        graph.addOutput(value(output));
        return Files.write(file, model.setGraph(graph).build().toByteArray());
    }
}
