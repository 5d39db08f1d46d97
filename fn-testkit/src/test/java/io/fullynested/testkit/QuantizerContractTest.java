package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.quantize.MidRise;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check of the contract catches a quantiser that is broken in its way: the built-in one with one method replaced. */
class QuantizerContractTest {

    /** The built-in quantiser, to be broken. */
    private static class Broken implements Quantizer {

        private final Quantizer right = new MidRise(2);

        @Override
        public int bits() {
            return right.bits();
        }

        @Override
        public float scale(float[] weights, int from, int to) {
            return right.scale(weights, from, to);
        }

        @Override
        public int code(float weight, float scale) {
            return right.code(weight, scale);
        }

        @Override
        public int truncate(int code, int bits) {
            return right.truncate(code, bits);
        }

        @Override
        public int integer(int code, int bits) {
            return right.integer(code, bits);
        }

        @Override
        public int denominator(int bits) {
            return right.denominator(bits);
        }
    }

    private static QuantizerContract contract(Quantizer quantizer) {
        return new QuantizerContract() {
            @Override
            protected Quantizer quantizer() {
                return quantizer;
            }
        };
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                broken(QuantizerContract::scalesArePositiveAndFinite, new Broken() {
                    @Override
                    public float scale(float[] weights, int from, int to) {
                        float greatest = 0;
                        for (int i = from; i < to; i++) {
                            greatest = Math.max(greatest, Math.abs(weights[i]));
                        }
                        return greatest;
                    }
                }, "scale of [0.0"),
                broken(QuantizerContract::scalesArePositiveAndFinite, new Broken() {
                    @Override
                    public float scale(float[] weights, int from, int to) {
                        return super.scale(weights, 0, weights.length);
                    }
                }, "weights of other rows"),
                broken(QuantizerContract::fewerBitsAreThePrefixOfMore, new Broken() {
                    @Override
                    public int truncate(int code, int bits) {
                        // rounded instead of cut off
                        return bits == 8 ? code : Math.floorDiv(code + (1 << 7 - bits), 1 << 8 - bits);
                    }
                }, "bits of code"),
                broken(QuantizerContract::fewerBitsAreThePrefixOfMore, new Broken() {
                    @Override
                    public int truncate(int code, int bits) {
                        return super.truncate(code, Math.min(bits, 7));
                    }
                }, "all bits of code"),
                broken(QuantizerContract::bitsTellNoMoreApartThanTheyCan, new Broken() {
                    @Override
                    public int truncate(int code, int bits) {
                        return super.truncate(code, Math.min(8, bits + 1));
                    }
                }, "codes of 1 bits"),
                broken(QuantizerContract::quantisingTwiceIsQuantisingOnce, new Broken() {
                    @Override
                    public int denominator(int bits) {
                        return super.denominator(bits) / 2;
                    }
                }, "reads as at scale"),
                broken(QuantizerContract::integersFitIntoAByte, new Broken() {
                    @Override
                    public int integer(int code, int bits) {
                        return super.integer(code, bits) * 2;
                    }
                }, "bits of code"),
                broken(QuantizerContract::integersFitIntoAByte, new Broken() {
                    @Override
                    public int denominator(int bits) {
                        return (1 << bits) - 1;
                    }
                }, "power of two"),
                broken(QuantizerContract::aNegatedWeightReadsNegated, new Broken() {
                    @Override
                    public int integer(int code, int bits) {
                        return Math.min(127, super.integer(code, bits) + 5);
                    }
                }, "at scale"));
    }

    private static Arguments broken(Consumer<QuantizerContract> check, Quantizer quantizer, String message) {
        return Arguments.of(check, contract(quantizer), message);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void catches(Consumer<QuantizerContract> check, QuantizerContract contract, String message) {
        assertThatThrownBy(() -> check.accept(contract)).isInstanceOf(AssertionError.class).hasMessageContaining(message);
        assertThatCode(() -> check.accept(contract(new Broken()))).doesNotThrowAnyException();
    }
}
