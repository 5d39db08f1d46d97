package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The bits of codes are nested: k bits are the k leading ones of the full code. */
class QuantizerTest {

    private static final EjmlInterpreter INTERPRETER = new EjmlInterpreter();
    private static final Quantizer QUANTIZER = new MidRise(2);

    /** A weight and the scale of its row. */
    record Scaled(float weight, float scale) {
    }

    /** Any weights, infinite ones too, and such as their scale reaches. */
    @Provide
    Arbitrary<Scaled> scaled() {
        Arbitrary<Float> scales = positive(1e-8f, Float.MAX_VALUE);
        Arbitrary<Scaled> unrelated = scales.flatMap(scale ->
                signed(positive(0, Float.POSITIVE_INFINITY)).map(weight -> new Scaled(weight, scale)));
        Arbitrary<Scaled> within = positive(1e-6f, 1e6f).flatMap(scale ->
                signed(positive(1e-5f, 1.2f)).map(share -> new Scaled(share * scale, scale)));
        Arbitrary<Scaled> huge = signed(positive(1e36f, Float.MAX_VALUE)).map(weight -> new Scaled(weight, 3e38f));
        Arbitrary<Scaled> between = Arbitraries.integers().between(-260, 260).map(half -> new Scaled(half / 256f, 1));
        return Arbitraries.oneOf(unrelated, within, huge, between);
    }

    @Provide
    Arbitrary<float[]> rows() {
        return signed(positive(0, Float.MAX_VALUE)).array(Float[].class).ofMinSize(1).ofMaxSize(6).map(QuantizerTest::unboxed);
    }

    @Provide
    Arbitrary<float[]> matrices() {
        return signed(positive(1e-3f, 10)).array(Float[].class).ofSize(6).map(QuantizerTest::unboxed);
    }

    @Provide
    Arbitrary<Float> signals() {
        return Arbitraries.oneOf(signed(positive(1e-3f, 200)), signed(positive(0, Float.POSITIVE_INFINITY)));
    }

    @Provide
    Arbitrary<Float> clips() {
        return positive(0.01f, 100);
    }

    @Property(tries = 3000, seed = "1")
    void quantisingAtFewerBitsIsTruncatingTheFullCode(@ForAll("scaled") Scaled x, @ForAll @IntRange(min = 1, max = 7) int bits) {
        int full = QUANTIZER.code(x.weight, x.scale);
        // at once: the interval of width 2 s / 2ᵏ that holds the weight, all borders half a step of the full code lower
        double interval = Math.floor(((double) (x.weight / x.scale * 128) + 0.5) / (1 << 8 - bits));
        int half = 1 << bits - 1;
        assertThat(QUANTIZER.truncate(full, bits)).isEqualTo((int) Math.max(-half, Math.min(half - 1, interval)));
    }

    @Property(tries = 3000, seed = "1")
    void everyCodeIsThePrefixOfTheLongerOnes(@ForAll("scaled") Scaled x, @ForAll @IntRange(min = 1, max = 8) int bits) {
        int full = QUANTIZER.code(x.weight, x.scale);
        assertThat(full).isBetween(-127, 127);
        assertThat(QUANTIZER.truncate(full, 8)).isEqualTo(full);
        int code = QUANTIZER.truncate(full, bits);
        for (int fewer = 1; fewer < bits; fewer++) {
            assertThat(QUANTIZER.truncate(full, fewer)).isEqualTo(code >> bits - fewer);
        }
        assertThat(QUANTIZER.integer(code, bits)).isBetween(-127, 127);
    }

    @Property(tries = 3000, seed = "1")
    void aCodeReadsAsAWeightNearby(@ForAll("scaled") Scaled x, @ForAll @IntRange(min = 1, max = 8) int bits) {
        double clipped = Math.max(-x.scale, Math.min((double) x.scale, x.weight));
        int integer = QUANTIZER.integer(QUANTIZER.truncate(QUANTIZER.code(x.weight, x.scale), bits), bits);
        double read = integer * (double) x.scale / QUANTIZER.denominator(bits);
        // half an interval, by which fewer bits than the full code are off anyway, and half a step of the full code
        double steps = bits == 8 ? Math.abs(clipped) > x.scale * 127.5 / 128 ? 1 : 0.5 : (1 << 7 - bits) + 0.5;
        assertThat(Math.abs(read - clipped)).isLessThanOrEqualTo(x.scale / 128.0 * steps * (1 + 1e-5));
    }

    @Property(tries = 1000, seed = "1")
    void scalesArePositiveAndFinite(@ForAll("rows") float[] row) {
        assertThat(QUANTIZER.scale(row, 0, row.length)).isPositive().isFinite();
    }

    @Property(tries = 500, seed = "1")
    void parametersReadEveryWidthFromOneCode(@ForAll("matrices") float[] weights, @ForAll @IntRange(min = 1, max = 7) int bits) {
        Parameters parameters = new Parameters(Map.of("w", new Tensor(new int[] {2, 3}, weights)), QUANTIZER);
        ParameterSlice whole = ParameterSlice.whole("w", 2, 3);
        QuantizedTensor full = parameters.quantized(new Weight(whole, 8));
        QuantizedTensor few = parameters.quantized(new Weight(whole, bits));
        for (int i = 0; i < weights.length; i++) {
            assertThat((int) few.integers()[i]).isEqualTo(2 * (full.integers()[i] >> 8 - bits) + 1);
            assertThat(few.steps()[i / 3]).isEqualTo(full.steps()[i / 3] * (1 << 7 - bits));
        }
    }

    @Property(tries = 2000, seed = "1")
    void signalsBecomeTheNearestValueOfTheirGrid(@ForAll("signals") float x, @ForAll("clips") float clip, @ForAll boolean signed,
                                                 @ForAll @IntRange(min = 2, max = 8) int bits) {
        SignalGrid grid = SignalGrid.of(bits, signed, clip);
        double nearest = IntStream.range(0, 1 << bits).mapToDouble(code -> (code - grid.zeroPoint()) * (double) grid.scale())
                .map(value -> Math.abs(value - x)).min().orElseThrow();
        float value = rounded(x, clip, signed, bits);
        assertThat(Math.abs((double) value - x)).isCloseTo(nearest, within(1e-5 * clip));
        assertThat(rounded(value, clip, signed, bits)).isEqualTo(value);
    }

    @Property(tries = 2000, seed = "1")
    void truncatedCodesOfSignalsAreTheLeadingBitsOfTheFullOne(@ForAll("signals") float x, @ForAll("clips") float clip, @ForAll boolean signed,
                                                              @ForAll @IntRange(min = 2, max = 8) int bits, @ForAll @IntRange(min = 0, max = 6) int more) {
        int full = Math.min(8, bits + more);
        long code = Math.round(rounded(x, clip, signed, full) / (double) SignalGrid.of(full, signed, clip).scale());
        long leading = Math.round(truncated(x, clip, signed, bits, full) / (double) SignalGrid.of(bits, signed, clip).scale());
        assertThat(leading).isEqualTo(Math.floorDiv(code, 1L << full - bits));
    }

    private static float rounded(float x, float clip, boolean signed, int bits) {
        return truncated(x, clip, signed, bits, bits);
    }

    private static float truncated(float x, float clip, boolean signed, int bits, int full) {
        Node node = new Node("quantize", new FakeQuantize(bits, signed, ParameterSlice.whole("clip"), 1, full), List.of(0), Shape.flat(1));
        Parameters parameters = Parameters.constants(Map.of("clip", Tensor.scalar(clip)), Map.of());
        return INTERPRETER.evaluate(node, parameters, List.of(new Tensor(new int[] {1, 1}, new float[] {x}))).data()[0];
    }

    /** Numbers of all magnitudes in a range: evenly spread bit patterns. */
    private static Arbitrary<Float> positive(float min, float max) {
        return Arbitraries.integers().between(Float.floatToIntBits(min), Float.floatToIntBits(max)).map(Float::intBitsToFloat);
    }

    private static Arbitrary<Float> signed(Arbitrary<Float> positive) {
        return positive.flatMap(size -> Arbitraries.of(size, -size));
    }

    private static float[] unboxed(Float[] boxed) {
        float[] values = new float[boxed.length];
        for (int i = 0; i < boxed.length; i++) {
            values[i] = boxed[i];
        }
        return values;
    }
}
