package io.fullynested.tflite;

import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Window;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tensorflow.lite.schema.BuiltinOperator;

/** How numbers come in, are normalised, and become codes. */
final class Entrance {

    private static final int MOST_BYTE = 255;

    private final Lowering file;
    private final Operators operators;
    private final Step step;
    private final Input input;

    Entrance(Lowering file, Step step, Input input) {
        this.file = file;
        this.operators = file.operators();
        this.step = step;
        this.input = input;
    }

    /** The codes of the step. */
    Value value(Finish finish) {
        if (finish.ending().function().isPresent()) {
            throw NoIntegerFormException.of(step.head(), "a function of it comes before it is rounded");
        }
        boolean bytes = input.values().type() == Input.Type.UINT8 || file.io() == Io.UINT8;
        return bytes ? bytes(finish) : floats(finish);
    }

    private Value floats(Finish finish) {
        Value x = file.takes(operators.file().value(step.head().name(), Value.dims(input.shape()), new Value.Grid(Kind.FLOAT32, 0, 0)));
        Optional<Normalize> normalization = step.normalization();
        if (normalization.isPresent()) {
            Value centred = operators.withEach(BuiltinOperator.SUB, x, file.numbers().value(normalization.get().mean()));
            x = operators.withEach(BuiltinOperator.DIV, centred, file.numbers().value(normalization.get().deviation()));
        }
        return finish.of(x, Fused.NONE);
    }

    private Value bytes(Finish finish) {
        Input.Values values = input.values();
        if (!values.bounded()) {
            throw NoIntegerFormException.of(step.head(), "it takes any number, where bytes are asked for. Maybe range: [0, 1]?");
        }
        double unit = (values.most() - values.least()) / MOST_BYTE;
        int zero = (int) Math.min(Math.max(Math.rint(-values.least() / unit), 0), MOST_BYTE);
        double beside = values.least() + zero * unit;
        Value x = file.takes(operators.file().value(step.head().name(), Value.dims(input.shape()), new Value.Grid(Kind.UINT8, (float) unit, zero)));
        Value codes = operators.quantized(x, new Value.Grid(Kind.INT8, (float) unit, zero + Byte.MIN_VALUE));
        boolean plain = step.normalization().isEmpty() && Math.abs(beside) < 1e-6 * unit;
        return plain ? finish.of(codes, Fused.NONE) : normalized(codes, beside, finish);
    }

    /** A factor and an offset of each channel, as a convolution of one pixel. */
    private Value normalized(Value codes, double beside, Finish finish) {
        int channels = codes.last();
        float[] steps = new float[channels];
        long[] offsets = new long[channels];
        for (int c = 0; c < channels; c++) {
            int channel = c;
            double mean = step.normalization().map(normalize -> (double) file.numbers().value(normalize.mean())[channel]).orElse(0.0);
            double deviation = step.normalization().map(normalize -> (double) file.numbers().value(normalize.deviation())[channel]).orElse(1.0);
            steps[c] = (float) (1 / deviation / Byte.MAX_VALUE);
            offsets[c] = Math.round((beside - mean) / codes.scale() * Byte.MAX_VALUE);
            if (!(Math.abs(offsets[c]) < 1 << 30)) {
                throw NoIntegerFormException.of(step.head(), "its mean is far beyond its range");
            }
        }
        byte[] factors = new byte[channels];
        Arrays.fill(factors, Byte.MAX_VALUE);
        int tensor = operators.file().codes(Kind.INT8, List.of(1, 1, 1, channels), factors, steps, 3);
        Weights weights = new Weights(tensor, Kind.INT8, 1, Coded.bias(operators.file(), codes, offsets, steps));
        Value image = operators.shaped(codes, List.of(1, codes.elements() / channels / columns(codes), columns(codes), channels));
        Value y = operators.convolution(image, weights, Window.of(1), true, operators.file().value(image.dims(), finish.grid(0)), finish.fused());
        return finish.of(operators.shaped(y, codes.dims()), finish.fused());
    }

    private static int columns(Value codes) {
        return codes.dims().size() > 2 ? codes.dims().get(2) : 1;
    }
}
