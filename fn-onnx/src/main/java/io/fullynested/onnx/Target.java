package io.fullynested.onnx;

import io.fullynested.api.graph.Graph;
import java.util.Collections;
import java.util.Comparator;

/** What an exported file is for, if nobody says how its numbers are to be written. */
public enum Target {
    /** onnxruntime on a processor: codes, which it computes with in integers. */
    ONNXRUNTIME {
        @Override
        Format quantized(Graph graph) {
            return Format.QDQ_INT8;
        }
    },
    /** OpenVINO, which takes the same codes. */
    OPENVINO {
        @Override
        Format quantized(Graph graph) {
            return Format.QDQ_INT8;
        }
    },
    /** TensorRT, whose int8 codes have no zero point: an unsigned signal of 8 bits does not fit into them. */
    TENSORRT {
        @Override
        Format quantized(Graph graph) {
            return Format.FLOAT16;
        }
    },
    /** Android's NNAPI, which takes the same codes, but leaves the shifts of signals of fewer than 8 bits to the processor. */
    NNAPI {
        @Override
        Format quantized(Graph graph) {
            return Format.QDQ_INT8;
        }
    },
    /** The smallest file, of those of all formats. */
    SIZE {
        @Override
        public Format format(Graph graph) {
            return Collections.min(Format.fitting(graph), Comparator.comparingInt(format -> OnnxHost.size(graph, format)));
        }

        @Override
        Format quantized(Graph graph) {
            return format(graph);
        }
    };

    /** The format for a network: float32 if nothing in it is quantised. */
    public Format format(Graph graph) {
        return Format.QDQ_INT8.misfit(graph).isPresent() ? Format.FLOAT32 : quantized(graph);
    }

    abstract Format quantized(Graph graph);
}
