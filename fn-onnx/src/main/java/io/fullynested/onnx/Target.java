package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What an exported file is for, if nobody says how its numbers are to be written. */
public enum Target {
    /** onnxruntime on a processor: codes, which it computes with in integers. */
    ONNXRUNTIME(Format.QDQ_INT8, "onnxruntime computes quantised layers in integers"),
    /** OpenVINO, which takes the same codes. */
    OPENVINO(Format.QDQ_INT8, "OpenVINO takes symmetric int8 weights per channel and uint8 signals") {
        @Override
        boolean readsFunctions() {
            return false;
        }
    },
    /** TensorRT, whose int8 codes have no zero point: an unsigned signal of 8 bits does not fit into them. */
    TENSORRT(Format.FLOAT16, "TensorRT's int8 codes have no zero point, so unsigned signals of 8 bits do not fit into them") {
        @Override
        List<String> refused(Graph graph, Format format) {
            return unsigned(graph, format).toList();
        }
    },
    /** Android's NNAPI, which takes the same codes, but leaves the clipping of signals of fewer than 8 bits to the processor. */
    NNAPI(Format.QDQ_INT8, "NNAPI takes symmetric int8 weights per channel and uint8 signals") {
        @Override
        List<String> refused(Graph graph, Format format) {
            return told("Clip or BitShift of codes, which signals of fewer than 8 bits need; the processor does that part", graph,
                    node -> format.coded() && isNarrow(node)).toList();
        }
    },
    /** Qualcomm's processors through onnxruntime's QNN provider, which takes the same codes. */
    QNN(Format.QDQ_INT8, "QNN takes symmetric int8 weights per channel and uint8 signals"),
    /** XNNPACK through onnxruntime's provider, which takes the convolutions, dense layers and pools. */
    XNNPACK(Format.QDQ_INT8, "XNNPACK computes convolutions of int8 weights per channel and uint8 signals") {
        @Override
        List<String> refused(Graph graph, Format format) {
            return told("sums and products of signals; onnxruntime's own kernels do that part", graph,
                    node -> node.inputs().size() > 1 && !node.operator().keepsCodes()).toList();
        }
    },
    /** Apple's Core ML through onnxruntime's provider, which takes no codes. */
    COREML(Format.FLOAT16, "Core ML's provider takes float16 and no codes") {
        @Override
        List<String> refused(Graph graph, Format format) {
            return format.coded() && Bits.signals(graph).findAny().isPresent() ? List.of("codes, as qdq-int8, qdq-s8, int4 and packed have them") : List.of();
        }
    },
    /** ST's microcontrollers through ST Edge AI, whose neural processors take signed weights and signed signals. */
    STEDGEAI(Format.QDQ_S8, "ST Edge AI's processors take symmetric int8 weights per channel and int8 signals") {
        @Override
        boolean readsFunctions() {
            return false;
        }

        @Override
        List<String> refused(Graph graph, Format format) {
            if (!format.coded()) {
                return List.of();
            }
            return Stream.of(unsigned(graph, format), told("Clip of codes, which signals of fewer than 8 bits need, is computed in float", graph, Target::isNarrow))
                    .flatMap(told -> told).toList();
        }
    },
    /** FINN, which makes FPGA designs of QONNX: it knows ReLU as thresholds, and no other function. */
    FINN(Format.QONNX, "FINN takes QONNX, floats with Quant nodes that say how many bits there are") {
        @Override
        List<String> refused(Graph graph, Format format) {
            return Stream.concat(notQonnx(format), told("functions other than ReLU, which become no thresholds", graph,
                    node -> node.activation().filter(function -> function != Activation.RELU).isPresent())).toList();
        }
    },
    /** hls4ml, which makes firmware of QONNX. */
    HLS4ML(Format.QONNX, "hls4ml takes QONNX, floats with Quant nodes that say how many bits there are") {
        @Override
        List<String> refused(Graph graph, Format format) {
            return Stream.concat(notQonnx(format), told("convolutions in groups", graph, node -> node.operator().layer()
                    .filter(layer -> layer.groups() > 1).isPresent())).toList();
        }
    },
    /** The smallest file, of those of all formats. */
    SIZE(Format.PACKED, "of all formats that fit, its file is the smallest") {
        @Override
        public Format format(Graph graph) {
            return Collections.min(Format.fitting(graph), Comparator.comparingInt(format -> OnnxHost.size(graph, format)));
        }
    };

    private final Format quantized;
    private final String because;

    Target(Format quantized, String because) {
        this.quantized = quantized;
        this.because = because;
    }

    /** The format for a network: float32 if nothing in it is quantised. */
    public Format format(Graph graph) {
        return Format.QDQ_INT8.misfit(graph).isPresent() ? Format.FLOAT32 : quantized;
    }

    /** Why that format. */
    public String because(Graph graph) {
        return this != SIZE && Format.QDQ_INT8.misfit(graph).isPresent() ? "nothing is quantised" : because;
    }

    /** What of a network in a format the target does not take or compute, as its documentation has it, a few words each. */
    List<String> refused(Graph graph, Format format) {
        return List.of();
    }

    private static Stream<String> unsigned(Graph graph, Format format) {
        boolean written = format.coded() && format.signals() == DataType.UINT8;
        return Bits.signals(graph).filter(bits -> written).findAny().stream().mapToObj(bits -> "uint8 codes of signals, as qdq-int8, int4 and packed have them");
    }

    private static Stream<String> notQonnx(Format format) {
        return format == Format.QONNX ? Stream.of() : Stream.of(format.id() + ", as it reads QONNX only");
    }

    /** Whether it reads files with functions of their own, as its documentation has it. */
    boolean readsFunctions() {
        return true;
    }

    /** Functions that a file has and the target does not read. */
    Stream<String> functions(Graph graph, Format format) {
        return readsFunctions() || !format.coded() ? Stream.of() : told("functions of a file, which put narrow groups together; --opset 13 leaves "
                + "the groups as they are", graph, node -> node.operator().layer().filter(layer -> WideGroups.together(layer) > 1).isPresent());
    }

    private static boolean isNarrow(Node node) {
        return node.rounding().filter(rounding -> rounding.bits() < Byte.SIZE).isPresent();
    }

    /** What, and the names of the nodes it is about; nothing if there are none. */
    private static Stream<String> told(String what, Graph graph, Predicate<Node> about) {
        List<String> names = graph.nodes().stream().filter(about).map(Node::name).toList();
        return names.isEmpty() ? Stream.of() : Stream.of(what + ": " + String.join(", ", names));
    }
}
