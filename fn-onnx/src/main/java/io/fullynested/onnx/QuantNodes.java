package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.QuantizedTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * QONNX's operator {@code Quant}: numbers rounded to so many bits, that stay floats (Pappalardo et al., "QONNX: Representing Arbitrary-Precision Quantized Neural
 * Networks", 2022). Compilers know the operator; for runtimes the file has it as a function of standard ones too.
 */
final class QuantNodes {

    static final String OPERATOR = "Quant";
    static final String DOMAIN = "qonnx.custom_op.general";
    static final String SIGNED = "signed";
    static final String NARROW = "narrow";
    static final String ROUNDING = "rounding_mode";
    /** Half to even. */
    static final String ROUND = "ROUND";

    private static final FunctionProto FUNCTION = function();

    private final OnnxGraph onnx;

    QuantNodes(OnnxGraph onnx) {
        this.onnx = onnx;
    }

    /** A signal on its grid. */
    Value signal(Value x, SignalGrid grid, int bits, boolean signed, Value result, String name) {
        String step = onnx.data(name + "/step", DataType.FLOAT, new long[0], () -> Protos.floats(new long[0], grid.scale()));
        return quant(x.name(), step, bits, signed, result);
    }

    /**
     * Weights, which are on their grid already. A code of k bits below 8 reads as an odd number of k + 1 bits, so that there is no zero point, which
     * compilers would refuse.
     *
     * @param numbers their name
     * @param bits    of a code
     * @param codes   asked for if they are wanted
     */
    Value weights(String numbers, int bits, Supplier<QuantizedTensor> codes, Value result) {
        long[] dims = new long[result.dims().length];
        Arrays.fill(dims, 1);
        dims[0] = result.dims()[0];
        String steps = onnx.data(result.name() + "/steps", DataType.FLOAT, dims, () -> Protos.floats(dims, codes.get().steps()));
        return quant(numbers, steps, Math.min(Byte.SIZE, bits + 1), true, result);
    }

    private Value quant(String x, String step, int bits, boolean signed, Value result) {
        String zero = onnx.constant(List.of("quant zero"), "zero", () -> Protos.floats(new long[0], 0));
        String width = onnx.constant(List.of("quant bits", bits), "bits" + bits, () -> Protos.floats(new long[0], bits));
        return onnx.call(FUNCTION, result.name() + "/quant", List.of(result), List.of(x, step, zero, width), Protos.attribute(SIGNED, signed ? 1L : 0L),
                Protos.attribute(NARROW, 0L), Protos.attribute(ROUNDING, ROUND)).get(0);
    }

    /** As QONNX's documentation of the operator has it, for the rounding that is used here. */
    private static FunctionProto function() {
        FunctionWriter f = FunctionWriter.of(DOMAIN, OPERATOR, "x", "step", "zero", "bits");
        String signed = f.number(SIGNED);
        String narrow = f.number(NARROW);
        f.unused(ROUNDING);
        String one = f.constant(Protos.floats(new long[0], 1));
        String two = f.constant(Protos.floats(new long[0], 2));
        String half = f.node("Pow", List.of(two, f.node("Sub", List.of("bits", signed))));
        String unsigned = f.node("Sub", List.of(one, signed));
        String most = f.node("Sub", List.of(f.node("Sub", List.of(half, one)), f.node("Mul", List.of(narrow, unsigned))));
        String least = f.node("Mul", List.of(signed, f.node("Sub", List.of(narrow, half))));
        String scaled = f.node("Add", List.of(f.node("Div", List.of("x", "step")), "zero"));
        String code = f.node("Round", List.of(f.node("Min", List.of(f.node("Max", List.of(scaled, least)), most))));
        return f.giving(f.node("Mul", List.of(f.node("Sub", List.of(code, "zero")), "step")));
    }
}
