package io.fullynested.onnx;

import static io.fullynested.onnx.Protos.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How ONNX describes a window that slides over an image. What is as an operator takes it anyway is left out. */
final class WindowAttributes {

    private WindowAttributes() {
    }

    /** A window with the same zeros on each side, and more. */
    static AttributeProto[] window(Window window, AttributeProto... more) {
        return window(window, window.padding(), window.padding(), more);
    }

    /** All that describes a convolution, also what an operator takes anyway: what reads QONNX asks for each by its name. */
    static AttributeProto[] whole(Window window, int groups) {
        return new AttributeProto[] {attribute("kernel_shape", window.kernel(), window.kernel()), attribute("strides", window.stride(), window.stride()),
                attribute("pads", window.padding(), window.padding(), window.padding(), window.padding()),
                attribute("dilations", window.dilation(), window.dilation()), attribute("group", (long) groups)};
    }

    /**
     * The window of a pooling. Where the last one reaches beyond the padding, as much is padded there, so that no runtime rounds for itself.
     *
     * @param from the image
     * @param to   the result
     */
    static AttributeProto[] window(MaxPool pool, Shape from, Shape to) {
        return window(pool.window(), behind(pool, from.height(), to.height()), behind(pool, from.width(), to.width()));
    }

    private static int behind(MaxPool pool, int from, int to) {
        Window window = pool.window();
        int reached = (to - 1) * window.stride() + window.dilation() * (window.kernel() - 1) + 1;
        return pool.ceil() ? Math.max(window.padding(), reached - from - window.padding()) : window.padding();
    }

    private static AttributeProto[] window(Window window, int below, int right, AttributeProto... more) {
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(attribute("kernel_shape", window.kernel(), window.kernel()));
        if (window.stride() != 1) {
            attributes.add(attribute("strides", window.stride(), window.stride()));
        }
        if (window.padding() != 0 || below != 0 || right != 0) {
            attributes.add(attribute("pads", window.padding(), window.padding(), below, right));
        }
        if (window.dilation() != 1) {
            attributes.add(attribute("dilations", window.dilation(), window.dilation()));
        }
        attributes.addAll(Arrays.asList(more));
        return attributes.toArray(AttributeProto[]::new);
    }
}
