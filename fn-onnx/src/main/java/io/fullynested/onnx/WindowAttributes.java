package io.fullynested.onnx;

import static io.fullynested.onnx.Protos.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.api.graph.Window.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/** How ONNX describes a window that slides over an image. What is as an operator takes it anyway is left out. */
final class WindowAttributes {

    private WindowAttributes() {
    }

    /** A window with as many zeros behind as before. */
    static AttributeProto[] window(Window window, AttributeProto... more) {
        return window(window, window.rows().padding(), window.columns().padding(), more);
    }

    /** All that describes a convolution, also what an operator takes anyway: what reads QONNX asks for each by its name. */
    static AttributeProto[] whole(Window window, int groups) {
        return new AttributeProto[] {both("kernel_shape", window, Side::kernel), both("strides", window, Side::stride),
                pads(window, window.rows().padding(), window.columns().padding()), both("dilations", window, Side::dilation), attribute("group", (long) groups)};
    }

    /**
     * The window of a pooling. Where the last one reaches beyond the padding, as much is padded there, so that no runtime rounds for itself.
     *
     * @param from the image
     * @param to   the result
     */
    static AttributeProto[] window(MaxPool pool, Shape from, Shape to) {
        return window(pool.window(), behind(pool.ceil(), pool.window().rows(), from.height(), to.height()),
                behind(pool.ceil(), pool.window().columns(), from.width(), to.width()));
    }

    private static int behind(boolean ceil, Side side, int from, int to) {
        int reached = (to - 1) * side.stride() + side.reach();
        return ceil ? Math.max(side.padding(), reached - from - side.padding()) : side.padding();
    }

    private static AttributeProto[] window(Window window, int below, int right, AttributeProto... more) {
        Side rows = window.rows();
        Side columns = window.columns();
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(both("kernel_shape", window, Side::kernel));
        if (rows.stride() != 1 || columns.stride() != 1) {
            attributes.add(both("strides", window, Side::stride));
        }
        if (rows.padding() != 0 || columns.padding() != 0 || below != 0 || right != 0) {
            attributes.add(pads(window, below, right));
        }
        if (rows.dilation() != 1 || columns.dilation() != 1) {
            attributes.add(both("dilations", window, Side::dilation));
        }
        attributes.addAll(Arrays.asList(more));
        return attributes.toArray(AttributeProto[]::new);
    }

    private static AttributeProto both(String name, Window window, ToIntFunction<Side> number) {
        return attribute(name, number.applyAsInt(window.rows()), number.applyAsInt(window.columns()));
    }

    private static AttributeProto pads(Window window, int below, int right) {
        return attribute("pads", window.rows().padding(), window.columns().padding(), below, right);
    }
}
