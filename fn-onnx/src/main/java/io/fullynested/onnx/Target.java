package io.fullynested.onnx;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** What an exported file is for, if nobody says how its numbers are to be written. */
public enum Target {
    /** onnxruntime on a processor: codes, which it computes with in integers. */
    ONNXRUNTIME("onnxruntime computes quantised layers in integers") {
        @Override
        Format quantized(Graph graph) {
            return Format.QDQ_INT8;
        }
    },
    /** OpenVINO, which takes the same codes. */
    OPENVINO("OpenVINO takes symmetric int8 weights per channel and uint8 signals") {
        @Override
        Format quantized(Graph graph) {
            return Format.QDQ_INT8;
        }
    },
    /** TensorRT, whose int8 codes have no zero point: an unsigned signal of 8 bits does not fit into them. */
    TENSORRT("TensorRT's int8 codes have no zero point, so unsigned signals of 8 bits do not fit into them") {
        @Override
        Format quantized(Graph graph) {
            return Format.FLOAT16;
        }

        @Override
        List<String> refused(Graph graph) {
            return Bits.signals(graph).findAny().isPresent() ? List.of("uint8 codes of signals, as qdq-int8, int4 and packed have them") : List.of();
        }
    },
    /** Android's NNAPI, which takes the same codes, but leaves the clipping of signals of fewer than 8 bits to the processor. */
    NNAPI("NNAPI takes symmetric int8 weights per channel and uint8 signals") {
        @Override
        Format quantized(Graph graph) {
            return Format.QDQ_INT8;
        }

        @Override
        List<String> refused(Graph graph) {
            List<String> narrow = graph.nodes().stream().filter(node -> node.rounding().filter(rounding -> rounding.bits() < Byte.SIZE).isPresent())
                    .map(Node::name).toList();
            return narrow.isEmpty() ? List.of() : List.of("Clip of codes, which signals of fewer than 8 bits need; the processor does that part: "
                    + String.join(", ", narrow));
        }
    },
    /** The smallest file, of those of all formats. */
    SIZE("of all formats that fit, its file is the smallest") {
        @Override
        public Format format(Graph graph) {
            return Collections.min(Format.fitting(graph), Comparator.comparingInt(format -> OnnxHost.size(graph, format)));
        }

        @Override
        Format quantized(Graph graph) {
            return format(graph);
        }
    };

    private final String because;

    Target(String because) {
        this.because = because;
    }

    /** The format for a network: float32 if nothing in it is quantised. */
    public Format format(Graph graph) {
        return Format.QDQ_INT8.misfit(graph).isPresent() ? Format.FLOAT32 : quantized(graph);
    }

    /** Why that format. */
    public String because(Graph graph) {
        return this != SIZE && Format.QDQ_INT8.misfit(graph).isPresent() ? "nothing is quantised" : because;
    }

    /** What of a network the target does not take or compute, as its documentation has it, a few words each. */
    List<String> refused(Graph graph) {
        return List.of();
    }

    /** @param graph one in which something is quantised */
    abstract Format quantized(Graph graph);
}
