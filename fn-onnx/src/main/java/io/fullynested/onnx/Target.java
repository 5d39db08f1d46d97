package io.fullynested.onnx;

import io.fullynested.api.graph.Graph;

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
    /** The smallest file. */
    SIZE {
        @Override
        Format quantized(Graph graph) {
            // where the bits are the same, what has less to unpack
            return Bits.weights(graph).allMatch(bits -> bits == 8) ? Format.QDQ_INT8
                    : Bits.weights(graph).allMatch(bits -> bits == 4) ? Format.INT4 : Format.PACKED;
        }
    };

    /** The format for a network: float32 if nothing in it is quantised. */
    public Format format(Graph graph) {
        return Format.QDQ_INT8.misfit(graph).isPresent() ? Format.FLOAT32 : quantized(graph);
    }

    abstract Format quantized(Graph graph);
}
