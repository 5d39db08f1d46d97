package io.fullynested.testkit;


import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.quantize.MidRise;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
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

    static Stream<Mutant<QuantizerContract>> mutants() {
        return Stream.of(
                broken("scalesArePositiveAndFinite", "the scale of zeros is zero", new Broken() {
                    @Override
                    public float scale(float[] weights, int from, int to) {
                        float greatest = 0;
                        for (int i = from; i < to; i++) {
                            greatest = Math.max(greatest, Math.abs(weights[i]));
                        }
                        return greatest;
                    }
                }, "scale of [0.0"),
                broken("scalesArePositiveAndFinite", "the scale of a row depends on other rows", new Broken() {
                    @Override
                    public float scale(float[] weights, int from, int to) {
                        return super.scale(weights, 0, weights.length);
                    }
                }, "weights of other rows"),
                broken("fewerBitsAreThePrefixOfMore", "fewer bits are rounded, not cut off", new Broken() {
                    @Override
                    public int truncate(int code, int bits) {
                        // rounded instead of cut off
                        return bits == 8 ? code : Math.floorDiv(code + (1 << 7 - bits), 1 << 8 - bits);
                    }
                }, "bits of code"),
                broken("fewerBitsAreThePrefixOfMore", "8 bits are 7 bits", new Broken() {
                    @Override
                    public int truncate(int code, int bits) {
                        return super.truncate(code, Math.min(bits, 7));
                    }
                }, "all bits of code"),
                broken("bitsTellNoMoreApartThanTheyCan", "one bit more than asked for", new Broken() {
                    @Override
                    public int truncate(int code, int bits) {
                        return super.truncate(code, Math.min(8, bits + 1));
                    }
                }, "codes of 1 bits"),
                broken("quantisingTwiceIsQuantisingOnce", "reads as twice the number", new Broken() {
                    @Override
                    public int denominator(int bits) {
                        return super.denominator(bits) / 2;
                    }
                }, "reads as at scale"),
                broken("codesFollowTheOrderOfWeights", "weights beyond the clip begin anew", new Broken() {
                    @Override
                    public int code(float weight, float scale) {
                        return super.code(Math.abs(weight) > 1.2f * scale ? 0 : weight, scale);
                    }
                }, "after that of a smaller weight"),
                broken("integersFitIntoAByte", "integers twice as large", new Broken() {
                    @Override
                    public int integer(int code, int bits) {
                        return super.integer(code, bits) * 2;
                    }
                }, "bits of code"),
                broken("integersFitIntoAByte", "denominators that are no power of two", new Broken() {
                    @Override
                    public int denominator(int bits) {
                        return (1 << bits) - 1;
                    }
                }, "power of two"),
                broken("aNegatedWeightReadsNegated", "integers shifted by 5", new Broken() {
                    @Override
                    public int integer(int code, int bits) {
                        return Math.min(127, super.integer(code, bits) + 5);
                    }
                }, "at scale"));
    }

    private static Mutant<QuantizerContract> broken(String check, String defect, Quantizer quantizer, String message) {
        return new Mutant<>(QuantizerContract.class, check, defect, contract(quantizer), contract(new Broken()), message);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void catches(Mutant<QuantizerContract> mutant) {
        mutant.caught();
    }
}
