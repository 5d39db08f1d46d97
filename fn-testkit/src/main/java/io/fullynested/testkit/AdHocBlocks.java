package io.fullynested.testkit;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;
import static io.fullynested.api.nesting.NestingLevel.LAYERS;
import static io.fullynested.api.nesting.NestingLevel.NEURONS;
import static io.fullynested.api.nesting.NestingLevel.PATHS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Nonlinearity;
import java.util.List;

/** Blocks as a third party might write them; together with the built-in ones they use every operator. */
final class AdHocBlocks {

    private AdHocBlocks() {
    }

    /** Squeeze-and-excite: a flat gate for each channel (Hu et al., CVPR 2018). */
    record SqueezeExcite(int neurons, Activation gating) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            Signal gate = b.relu(b.dense("down", b.globalAveragePool(x), b.axis(NEURONS, "squeezed", neurons)));
            return b.multiply(x, b.activate(gating, b.dense("up", gate, x.extent())));
        }
    }

    /** A gate for each pixel of each channel. */
    record PixelGate() implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return b.multiply(x, b.sigmoid(b.batchNorm("norm", b.convolution("gate", x, x.extent(), Window.of(1)))));
        }
    }

    /** Two halves of axes of their own, joined, split again, one made over depthwise, joined and shuffled (after ShuffleNet V2). */
    record ShuffleUnit(int half) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            Signal joined = b.concat(List.of(b.scope("left", x, this::half), b.scope("right", x, this::half)));
            List<Signal> parts = b.split(joined, half, half);
            Signal right = parts.get(1);
            right = b.batchNorm("deep-norm", b.convolution("deep", right, right.extent(), Window.of(3), right.extent()));
            Signal shuffled = b.shuffle(b.concat(List.of(parts.get(0), right)), 2);
            return b.relu(b.batchNorm("mix-norm", b.convolution("mix", shuffled, b.axis(CHANNELS, "mixed", 2 * half), Window.of(1))));
        }

        private Signal half(Signal x, BlockBuilder b) {
            return b.relu(b.batchNorm("norm", b.convolution("conv", x, b.axis(CHANNELS, "channels", half), Window.of(1))));
        }
    }

    /** What comes in, joined with a dilated and a 1×1 convolution of it: three provenances in one signal. */
    record Branches(int wide, int narrow, Activation activation) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            Signal far = b.convolution("far", x, b.axis(CHANNELS, "wide", wide), Window.of(3).dilation(2));
            Signal near = b.convolution("near", x, b.axis(CHANNELS, "narrow", narrow), Window.of(1));
            return b.concat(List.of(b.activate(activation, b.batchNorm("far-norm", far)), x, b.relu(b.batchNorm("near-norm", near))));
        }
    }

    /** A convolution seen twice, through one batch norm or two: once filtered on, once as the gate of that. */
    record GatedLinear(int channels, boolean oneNorm) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            Signal y = b.convolution("conv", x, b.axis(CHANNELS, "channels", channels), Window.of(3));
            Signal normed = b.batchNorm("norm", y);
            Signal gate = oneNorm ? normed : b.batchNorm("gate-norm", y);
            Signal deep = b.batchNorm("deep-norm", b.convolution("deep", b.relu(normed), y.extent(), Window.of(3), y.extent()));
            return b.multiply(deep, b.sigmoid(gate));
        }
    }

    /** Parallel paths, summed without a residual. */
    record Bundle(int paths, int width, int channels) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            Extent kept = b.axis(PATHS, "paths", paths);
            Extent bundle = kept.times(b.axis(CHANNELS, "width", width));
            Signal y = b.relu(b.batchNorm("open-norm", b.convolution("open", x, bundle, Window.of(1))));
            y = b.relu(b.batchNorm("inner-norm", b.convolution("inner", y, bundle, Window.of(3), kept)));
            return b.relu(b.batchNorm("close-norm", b.convolution("close", y, b.axis(CHANNELS, "channels", channels), Window.of(1))));
        }
    }

    /** The built-in depthwise convolution of whatever comes in. */
    record Depthwise(int kernel, int stride, Nonlinearity activation) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return new ConvBlock(x.channels(), kernel, stride, x.channels(), activation).build(x, b);
        }
    }

    /** Layers {@code x ← x + F(x)} without an activation after the sum; F ends in a batch norm or starts with it. */
    record LinearResidual(int layers, boolean normFirst) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return b.repeat("layer", b.axis(LAYERS, "layers", layers), x, (y, index, inner) -> inner.add(y, branch(y, inner)));
        }

        private Signal branch(Signal y, BlockBuilder b) {
            return normFirst ? b.convolution("conv", b.relu(b.batchNorm("norm", y)), y.extent(), Window.of(3))
                    : b.batchNorm("norm", b.convolution("conv", y, y.extent(), Window.of(3)));
        }
    }

    /** Pooling that fits any image. */
    record Pool(boolean max, int kernel, int stride) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            Window window = new Window(kernel, stride, kernel / 2, 1);
            return max ? b.maxPool(x, window) : b.averagePool(x, window);
        }
    }

    /** A choice among some directions, weighted by a softmax, on a flat signal. */
    record Mixture(int directions, int neurons) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            Signal weights = b.softmax(b.dense("score", x, Extent.fixed(directions)));
            return b.dense("mix", weights, b.axis(NEURONS, "neurons", neurons));
        }
    }

    /** From an image to features: all of them, or the means of the channels. */
    record ToFeatures(boolean mean) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return mean ? b.globalAveragePool(x) : b.flatten(x);
        }
    }

    /** Gives signals of a shape, nested or not, from images of its size. */
    record Before(Shape shape, boolean nested) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            Extent out = nested ? b.axis(CHANNELS, "channels", shape.channels()) : Extent.fixed(shape.channels());
            Signal y = b.relu(b.batchNorm("norm", b.convolution("conv", x, out, Window.of(1))));
            return shape.flat() ? b.flatten(y) : y;
        }
    }

    /** From an image to features, where it is one. */
    record After(boolean mean) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return mean && !x.shape().flat() ? b.globalAveragePool(x) : b.flatten(x);
        }
    }
}
