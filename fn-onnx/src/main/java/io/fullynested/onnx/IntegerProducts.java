package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;

/**
 * Whether onnxruntime multiplies integers rightly on this processor. Version 1.23.2 does not where there is AMX (Intel's fourth
 * generation of Xeon, and later ones): of each 32 rows the last is wrong behind column 16, if there are 17 to 31 columns, which is a
 * convolution into as many channels (github.com/microsoft/onnxruntime, issue 26324 and pull request 27671).
 */
final class IntegerProducts {

    private static final int ROWS = 33;
    private static final int INNER = 20;
    private static final List<Integer> COLUMNS = List.of(16, 17, 24, 31, 40);

    private IntegerProducts() {
    }

    /** Multiplies {@code [ROWS, INNER]} of uint8 by {@code [INNER, columns]} of int8. */
    @FunctionalInterface
    interface Multiplication {
        int[] multiply(byte[] unsigned, byte[] signed, int columns) throws OrtException;
    }

    /** Found out once, in some milliseconds. */
    private static final class Here {
        private static final boolean RIGHT = here();

        private static boolean here() {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                try (OrtSession session = OrtEnvironment.getEnvironment().createSession(model(), options)) {
                    return areRight((unsigned, signed, columns) -> multiply(session, unsigned, signed, columns));
                }
            } catch (OrtException e) {
                throw new IllegalStateException("onnxruntime cannot multiply integers: " + e.getMessage(), e);
            }
        }
    }

    /** Whether they are right on this processor. */
    static boolean areRight() {
        return Here.RIGHT;
    }

    static boolean areRight(Multiplication multiplication) throws OrtException {
        for (int columns : COLUMNS) {
            byte[] unsigned = codes(ROWS * INNER, 37);
            byte[] signed = codes(INNER * columns, 11);
            int[] found = multiplication.multiply(unsigned, signed, columns);
            for (int i = 0; i < ROWS * columns; i++) {
                int sum = 0;
                for (int k = 0; k < INNER; k++) {
                    sum += Byte.toUnsignedInt(unsigned[i / columns * INNER + k]) * signed[k * columns + i % columns];
                }
                if (found[i] != sum) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Of at most 64 each, whose products by two fit 16 bits: what a processor without VNNI adds up wrongly is another matter. */
    private static byte[] codes(int count, int step) {
        byte[] codes = new byte[count];
        for (int i = 0; i < count; i++) {
            codes[i] = (byte) (1 + i * step % 64);
        }
        return codes;
    }

    private static byte[] model() {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("products").addInput(Protos.valueInfo("unsigned", DataType.UINT8, ROWS, INNER))
                .addInput(Protos.valueInfo("signed", DataType.INT8, INNER, Protos.BATCH))
                .addOutput(Protos.valueInfo("sums", DataType.INT32, ROWS, Protos.BATCH));
        graph.addNodeBuilder().setOpType("MatMulInteger").addAllInput(List.of("unsigned", "signed")).addOutput("sums");
        ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8).setGraph(graph);
        model.addOpsetImportBuilder().setVersion(13);
        return model.build().toByteArray();
    }

    private static int[] multiply(OrtSession session, byte[] unsigned, byte[] signed, int columns) throws OrtException {
        try (OnnxTensor left = tensor(unsigned, OnnxJavaType.UINT8, ROWS, INNER); OnnxTensor right = tensor(signed, OnnxJavaType.INT8, INNER, columns);
                OrtSession.Result result = session.run(Map.of("unsigned", left, "signed", right))) {
            IntBuffer sums = ((OnnxTensor) result.get(0)).getIntBuffer();
            int[] found = new int[sums.remaining()];
            sums.get(found);
            return found;
        }
    }

    private static OnnxTensor tensor(byte[] values, OnnxJavaType type, long... shape) throws OrtException {
        // onnxruntime takes memory from outside the heap only
        ByteBuffer outside = ByteBuffer.allocateDirect(values.length).put(values).flip();
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), outside, shape, type);
    }
}
