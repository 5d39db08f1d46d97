package io.fullynested.onnx;

import static io.fullynested.onnx.Protos.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.fullynested.api.graph.Node;
import java.util.List;

/**
 * The result of a node that only keeps a signal within bounds, as float formats have it: written when something asks for it, so that a ReLU and the clip
 * of the quantiser behind it are one operator, which runtimes fuse into the layer before.
 *
 * @param signal what is bounded
 * @param least  the least number it may have
 * @param most   the greatest; infinite if there is none
 */
record Bounds(Value signal, float least, float most) {

    /** Bounds of what is bounded already: what they make of its results. */
    Bounds of(Bounds before) {
        return new Bounds(before.signal, Math.min(Math.max(before.least, least), most), Math.min(Math.max(before.most, least), most));
    }

    /** Writes the operator. */
    Value write(Lowering file, Node node) {
        Value result = file.result(node);
        if (least == 0 && most == Float.POSITIVE_INFINITY) {
            return file.onnx().node("Relu", node.name(), result, List.of(signal.name()));
        } else if (file.clipsByInputs()) {
            return file.onnx().node("Clip", node.name(), result, List.of(signal.name(), bound(file, node, "least", least), bound(file, node, "greatest", most)));
        }
        AttributeProto[] attributes = {attribute("min", least), attribute("max", most)};
        return file.onnx().node("Clip", node.name(), result, List.of(signal.name()), attributes);
    }

    /** A number that nodes share if it is zero, whatever the model. */
    private static String bound(Lowering file, Node node, String what, float value) {
        return value == 0 ? file.scalar(node.name() + "/" + what, 0) : file.own(node.name() + "/" + what, value);
    }
}
