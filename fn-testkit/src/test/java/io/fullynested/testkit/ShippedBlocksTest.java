package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.api.graph.Window.Side;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.core.block.BasicStage;
import io.fullynested.core.block.BlocksPlugin;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Enlarge;
import io.fullynested.core.block.GraphBlock;
import io.fullynested.core.block.GraphNode;
import io.fullynested.core.block.GraphNode.Columns;
import io.fullynested.core.block.GraphNode.Kind;
import io.fullynested.core.block.Join;
import io.fullynested.core.block.Linear;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.Patches;
import io.fullynested.core.block.PixelClassifier;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.block.TransformerStage;
import io.fullynested.mobile.DepthwiseSeparable;
import io.fullynested.mobile.InvertedResidual;
import io.fullynested.mobile.ShuffleUnit;
import io.fullynested.mobile.SqueezeExcite;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The blocks that are shipped keep their contract. */
class ShippedBlocksTest {

    private static final Shape EVEN = Shape.image(8, 6, 6);
    private static final Shape ODD = Shape.image(5, 7, 5);
    private static final Shape FLAT = Shape.flat(9);

    abstract static class Case extends BlockContract {

        private final NestableBlock block;
        private final List<Shape> inputs;

        Case(NestableBlock block, Shape... inputs) {
            this.block = block;
            this.inputs = List.of(inputs);
        }

        @Override
        protected NestableBlock block() {
            return block;
        }

        @Override
        protected List<Shape> inputs() {
            return inputs;
        }
    }

    @Test
    void noneIsLeftOut() {
        assertThat(Shipped.tried(this, BlockContract.class, BlockContract::block))
                .isEqualTo(Shipped.classes(FullyNestedPlugin::blocks)).hasSizeGreaterThan(10);
    }

    @Nested
    class Conv extends Case {
        Conv() {
            super(new ConvBlock(6, 3, 2, 1, Nonlinearity.HARD_SWISH), EVEN, ODD);
        }
    }

    @Nested
    class ConvInGroups extends Case {
        ConvInGroups() {
            super(new ConvBlock(6, 3, 1, 2, Nonlinearity.RELU), EVEN);
        }

        @Override
        protected boolean takesNestedInputs() {
            return false;
        }
    }

    @Nested
    class DepthwiseConv extends Case {
        DepthwiseConv() {
            super(new ConvBlock(8, 5, 1, 8, Nonlinearity.NONE), EVEN);
        }
    }

    @Nested
    class Graph extends Case {
        Graph() {
            super(new GraphBlock(List.of(node("open", Kind.CONVOLUTION, 6, "stream"), node("open-norm", Kind.BATCH_NORM, 0, null),
                    node("start", Kind.RELU, 0, null), node("inner", Kind.CONVOLUTION, 4, "width"), node("inner-norm", Kind.BATCH_NORM, 0, null),
                    node("inner-relu", Kind.RELU, 0, null), node("close", Kind.CONVOLUTION, 6, "stream"), node("close-norm", Kind.BATCH_NORM, 0, null),
                    new GraphNode("sum", Kind.ADD, List.of("start", "close-norm"), 0, 1, 1, 0, 1, Optional.empty(), 1, false, false, 1e-5, 1, 1, 0, 1,
                            Optional.empty(), Optional.empty(), Optional.of("layers"), 1),
                    node("end", Kind.RELU, 0, null))), EVEN, ODD);
        }

        private static GraphNode node(String name, Kind kind, int channels, String axis) {
            int kernel = kind == Kind.CONVOLUTION ? 3 : 1;
            return new GraphNode(name, kind, List.of(), channels, kernel, 1, kernel / 2, 1, Optional.empty(), 1, false, false, 1e-5, 1, 1, 0, 1,
                    Optional.empty(), Optional.ofNullable(axis), Optional.empty(), 1);
        }
    }

    @Nested
    class Stage extends Case {
        Stage() {
            super(new ResidualStage(8, 3, 2, 2, 3, 1), EVEN, ODD);
        }
    }

    @Nested
    class Basic extends Case {
        Basic() {
            super(new BasicStage(8, 2, 6, 3, 2), EVEN, ODD);
        }
    }

    @Nested
    class BasicOfTheSameStream extends Case {
        BasicOfTheSameStream() {
            super(new BasicStage(8, 3, 0, 3, 1), EVEN);
        }
    }

    @Nested
    class MaxPool extends Case {
        MaxPool() {
            super(builtIn("max-pool", 3, 2, 1), EVEN, ODD);
        }
    }

    @Nested
    class AveragePool extends Case {
        AveragePool() {
            super(builtIn("average-pool", 2, 0, 0), EVEN, ODD);
        }
    }

    @Nested
    class GlobalAveragePool extends Case {
        GlobalAveragePool() {
            super(builtIn("global-average-pool"), EVEN, ODD);
        }
    }

    @Nested
    class Joined extends Case {
        Joined() {
            super(new Join(), EVEN, FLAT);
        }
    }

    @Nested
    class Enlarged extends Case {
        Enlarged() {
            super(new Enlarge(2), EVEN, ODD);
        }
    }

    @Nested
    class Numbers extends Case {
        Numbers() {
            super(new Linear(4), FLAT, ODD);
        }
    }

    @Nested
    class PixelLogits extends Case {
        PixelLogits() {
            super(new PixelClassifier(4), EVEN, ODD);
        }
    }

    @Nested
    class Dense extends Case {
        Dense() {
            super(new DenseBlock(7, Nonlinearity.SIGMOID), FLAT, ODD);
        }
    }

    @Nested
    class Logits extends Case {
        Logits() {
            super(new Classifier(4), FLAT, ODD);
        }
    }

    @Nested
    class InvertedResiduals extends Case {
        InvertedResiduals() {
            super(new InvertedResidual(8, 3, 2, 3, 1, Activation.RELU6), EVEN, ODD);
        }
    }

    @Nested
    class StridedInvertedResidual extends Case {
        StridedInvertedResidual() {
            super(new InvertedResidual(8, 1, 1, 5, 2, Activation.HARD_SWISH), EVEN, ODD);
        }
    }

    @Nested
    class Separable extends Case {
        Separable() {
            super(new DepthwiseSeparable(6, 3, 2, Activation.HARD_SWISH), EVEN, ODD);
        }
    }

    @Nested
    class Gate extends Case {
        Gate() {
            super(new SqueezeExcite(2, SqueezeExcite.Gate.HARD_SIGMOID), EVEN, ODD);
        }
    }

    @Nested
    class ShuffleUnits extends Case {
        ShuffleUnits() {
            super(new ShuffleUnit(12, 2, 3, 2, 3, 2), EVEN, ODD);
        }
    }

    @Nested
    class ShuffleUnitInTwoGroups extends Case {
        ShuffleUnitInTwoGroups() {
            super(new ShuffleUnit(8, 2, 2, 0, 3, 1), EVEN);
        }
    }

    /** A block whose class is not public, made as YAML makes it. */
    private static NestableBlock builtIn(String kind, Object... options) {
        Factory<NestableBlock> factory = new BlocksPlugin().blocks().stream().filter(each -> each.kind().equals(kind)).findFirst().orElseThrow();
        try {
            Constructor<?> constructor = factory.options().getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return factory.create().apply((Record) constructor.newInstance(options));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(kind + " cannot be made", e);
        }
    }

    @Nested
    class UnequalWindows extends Case {
        UnequalWindows() {
            super(unequal(), Shape.image(8, 12, 10), Shape.image(5, 13, 9));
        }

        /** One that sees rows otherwise than columns. */
        static NestableBlock unequal() {
            return new GraphBlock(List.of(node("open", Kind.CONVOLUTION, 6, new Window(new Side(3, 2, 1, 1), new Side(5, 1, 2, 1)), 1), norm("open-norm"),
                    node("start", Kind.RELU, 0, Window.of(1), 1), node("deep", Kind.CONVOLUTION, 6, new Window(new Side(2, 1, 1, 2), new Side(3, 2, 1, 1)), 6),
                    norm("deep-norm"), node("next", Kind.RELU, 0, Window.of(1), 1),
                    node("greatest", Kind.MAX_POOL, 0, new Window(new Side(1, 1, 0, 1), new Side(3, 1, 1, 1)), 1),
                    node("mean", Kind.AVERAGE_POOL, 0, new Window(new Side(3, 2, 1, 1), new Side(2, 1, 0, 1)), 1),
                    node("close", Kind.CONVOLUTION, 5, new Window(new Side(1, 2, 0, 1), new Side(1, 1, 0, 1)), 1), norm("close-norm"),
                    node("end", Kind.RELU, 0, Window.of(1), 1)));
        }

        private static GraphNode norm(String name) {
            return node(name, Kind.BATCH_NORM, 0, Window.of(1), 1);
        }

        private static GraphNode node(String name, Kind kind, int channels, Window window, int groups) {
            Side rows = window.rows();
            return new GraphNode(name, kind, List.of(), channels, rows.kernel(), rows.stride(), rows.padding(), rows.dilation(), Columns.of(window), groups, false,
                    false, 1e-5, 1, 1, 0, 1, Optional.empty(), kind == Kind.CONVOLUTION && groups == 1 ? Optional.of(name) : Optional.empty(), Optional.empty(), 1);
        }
    }

    @Nested
    class PatchesOfImages extends Case {
        PatchesOfImages() {
            super(new Patches(6, 2), EVEN, ODD);
        }
    }

    @Nested
    class Transformer extends Case {
        Transformer() {
            super(new TransformerStage(2, 3, 4, 6), EVEN, ODD);
        }

        /** A layer norm is one of the channels that are there, which zeros do not stand for. */
        @Override
        protected boolean takesNestedInputs() {
            return false;
        }
    }
}
