package io.fullynested.onnx;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.Attention;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.OperatorVisitor;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;

/** How onnxruntime computes an operator on codes. */
enum IntegerKernel {

    /** It makes codes of numbers. */
    ROUNDING,
    /** It computes nothing: it is given, or moves what is there. */
    NOT_NEEDED,
    /** From codes to codes: what comes out has to be rounded. */
    TO_CODES,
    /** From codes to numbers. */
    TO_NUMBERS,
    /** A part of the rounding behind it. */
    MERGED,
    /** There is none: it is computed in floats. */
    NONE;

    private static final OperatorVisitor<IntegerKernel> TABLE = new Table();

    static IntegerKernel of(Operator operator) {
        return operator.accept(TABLE);
    }

    private static final class Table implements OperatorVisitor<IntegerKernel> {

        @Override
        public IntegerKernel input(Input input) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel normalize(Normalize normalize) {
            return NONE;
        }

        @Override
        public IntegerKernel convolution(Convolution convolution) {
            return TO_CODES;
        }

        @Override
        public IntegerKernel dense(Dense dense) {
            return TO_NUMBERS;
        }

        @Override
        public IntegerKernel batchNorm(BatchNorm norm) {
            return NONE;
        }

        @Override
        public IntegerKernel activate(Activate activate) {
            return switch (activate.function()) {
                case RELU, RELU6 -> MERGED;
                case SIGMOID -> TO_CODES;
                case HARD_SWISH, HARD_SIGMOID, TANH, GELU, SILU, GELU_TANH -> NONE;
            };
        }

        @Override
        public IntegerKernel fakeQuantize(FakeQuantize quantize) {
            return quantize.rounds() ? ROUNDING : NONE;
        }

        @Override
        public IntegerKernel add(Add add) {
            return TO_CODES;
        }

        @Override
        public IntegerKernel multiply(Multiply multiply) {
            return TO_CODES;
        }

        @Override
        public IntegerKernel concat(Concat concat) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel slice(Slice slice) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel permute(Permute permute) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel flatten(Flatten flatten) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel maxPool(MaxPool pool) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel averagePool(AveragePool pool) {
            return TO_CODES;
        }

        @Override
        public IntegerKernel globalAveragePool(GlobalAveragePool pool) {
            return TO_CODES;
        }

        @Override
        public IntegerKernel layerNorm(LayerNorm norm) {
            return NONE;
        }

        @Override
        public IntegerKernel resize(Resize resize) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel softmax(Softmax softmax) {
            return NONE;
        }

        @Override
        public IntegerKernel tokens(Tokens tokens) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel steps(Steps steps) {
            return NOT_NEEDED;
        }

        @Override
        public IntegerKernel positions(Positions positions) {
            return NONE;
        }

        @Override
        public IntegerKernel attention(Attention attention) {
            return NONE;
        }

        @Override
        public IntegerKernel outputs(Outputs outputs) {
            return NOT_NEEDED;
        }
    }
}
