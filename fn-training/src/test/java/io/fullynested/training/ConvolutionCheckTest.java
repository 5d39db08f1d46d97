package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.engine.WrongResultsException;
import io.fullynested.training.ConvolutionCheck.Results;
import io.fullynested.training.ConvolutionCheck.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ConvolutionCheckTest {

    private static final int[] WIDTHS = {1, 2, 3, 4, 6, 8, 12, 16, 17, 20, 24, 31, 32, 36, 40, 48, 64, 72, 96};

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    /** Those with a stride and one pixel are left out: with AVX2 their gradient writes behind its memory, and {@link TorchKernels} has another way. */
    private static List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        for (int in : WIDTHS) {
            for (int out : WIDTHS) {
                int some = in * 31 + out * 7;
                if (some % 5 == 0) {
                    shapes.add(new Shape(some % 3 == 0 ? 20 : 2, in, out, 7, 1, 1, 0, 1, 1));
                }
                if (some % 17 == 0) {
                    shapes.add(new Shape(3, in, out, 7, 3, 1, 1, 1, 1));
                    shapes.add(new Shape(3, in, out, 8, 3, 2, 1, 1, 1));
                    shapes.add(new Shape(2, in, out, 9, 3, 1, 2, 2, 1));
                }
            }
            for (int dilation : new int[] {1, 2, 3}) {
                int kernel = 3 + in % 2 * 2;
                shapes.add(new Shape(2, in, in, 11, kernel, 1 + in % 3 % 2, dilation * (kernel / 2), dilation, in));
            }
        }
        for (int groups : new int[] {2, 3, 4}) {
            for (int in : new int[] {1, 4, 8}) {
                for (int out : new int[] {1, 6, 8}) {
                    shapes.add(new Shape(2, in * groups, out * groups, 8, 3, 1 + (in + out) % 2, 1, 1, groups));
                }
            }
        }
        return shapes;
    }

    @Test
    void thisProcessorIsRight() {
        assertThat(ConvolutionCheck.wrong()).isEmpty();
    }

    @Test
    void allShapesAndTheirGradientsAreRight() {
        List<Shape> shapes = shapes();
        assertThat(shapes).hasSizeGreaterThan(180);
        assertThat(ConvolutionCheck.wrong(shapes, ConvolutionCheck::compute)).isEmpty();
    }

    @Test
    void oneWrongNumberIsFoundAndNamed() {
        Shape shape = new Shape(2, 16, 16, 5, 3, 1, 2, 2, 16);
        assertThat(wrong(shape, results -> results)).isEmpty();
        assertThat(wrong(shape, results -> with(results.output(), results)))
                .isEqualTo("a convolution of 3x3 from 16 channels into 16 in 16 groups, dilation 2");
        assertThat(wrong(shape, results -> with(results.input(), results))).startsWith("the gradient of the images of a convolution");
        assertThat(wrong(shape, results -> with(results.weight(), results))).startsWith("the gradient of the weights of a convolution");
    }

    @Test
    void whatIsWrongIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> LibTorch.require(Optional.of("a convolution"))).isInstanceOf(WrongResultsException.class)
                .hasMessageStartingWith("LibTorch computes a convolution wrongly on this processor").hasMessageContaining("ONEDNN_MAX_CPU_ISA=AVX2");
        LibTorch.require(Optional.empty());
    }

    private static String wrong(Shape shape, UnaryOperator<Results> mutant) {
        return ConvolutionCheck.wrong(List.of(shape), (s, images, weights, factors) ->
                mutant.apply(ConvolutionCheck.reference(s, images, weights, factors))).orElse("");
    }

    private static Results with(float[] part, Results results) {
        part[part.length - 1]++;
        return results;
    }
}
