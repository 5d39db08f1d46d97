package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.plugin.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How numbers are written into an ONNX file. docs/export.md says which of them is for whom. */
public enum Format {
    /** Everything in float32: weights after rounding to their bits, signals clipped where they are quantised, but not rounded. */
    FLOAT32 {
        @Override
        public boolean accepts(Parity parity) {
            return parity.maxAbsDiff() <= 1e-3 && flips(parity, 1000);
        }
    },
    /** As {@link #FLOAT32}, but computed in float16 throughout; images and logits stay float32. */
    FLOAT16 {
        @Override
        public boolean accepts(Parity parity) {
            return parity.medianAbsDiff() <= 1e-2 && flips(parity, 200);
        }
    },
    /**
     * Weights as int8 codes, signals rounded to uint8 codes between QuantizeLinear and DequantizeLinear; a runtime may compute in
     * integers. On x86 processors without VNNI, onnxruntime's sums of 8-bit products can saturate unless the session is configured
     * with {@code session.x64quantprecision=1}.
     */
    QDQ_INT8,
    /** As {@link #QDQ_INT8}, but weights of at most 4 bits are int4 tensors, two weights a byte, which a runtime widens when it loads the file. */
    INT4 {
        @Override
        public Optional<String> misfit(Graph graph) {
            return Bits.weights(graph).noneMatch(bits -> bits <= 4)
                    ? Optional.of("no weight has 4 bits or fewer. Maybe qdq-int8, or a selection of fewer bits?") : Optional.empty();
        }

        @Override
        List<Layout> layouts(Graph graph) {
            return List.of(Layout.INT4);
        }
    },
    /**
     * As {@link #QDQ_INT8}, but a weight takes as many bits in the file as it has: bit planes, which the runtime turns into int8 codes when it
     * loads the file.
     */
    PACKED {
        @Override
        public Optional<String> misfit(Graph graph) {
            return Bits.weights(graph).findAny().isEmpty() ? Optional.of("no weight is quantised. Maybe float16?") : Optional.empty();
        }

        @Override
        List<Layout> layouts(Graph graph) {
            return INT4.misfit(graph).isPresent() ? List.of(Layout.PLANES, Layout.NODES) : List.of(Layout.PLANES, Layout.INT4, Layout.NODES);
        }
    },
    /** As {@link #QDQ_INT8}, but signals are int8 codes, each 128 less with a zero point that is 128 less: the same numbers for runtimes of signed integers. */
    QDQ_S8 {
        @Override
        DataType signals() {
            return DataType.INT8;
        }

        @Override
        public Optional<String> misfit(Graph graph) {
            return super.misfit(graph).or(() -> truncated(graph, "int8 codes have no BitShift"));
        }
    },
    /**
     * Floats, rounded by QONNX's {@code Quant} where weights and signals have bits, for compilers that make hardware of a network: FINN, hls4ml. Runtimes compute it
     * in floats.
     */
    QONNX {
        @Override
        boolean codes(Weight weight) {
            return false;
        }

        @Override
        public Optional<String> misfit(Graph graph) {
            return super.misfit(graph).or(() -> truncated(graph, "Quant rounds to the bits that it keeps"));
        }
    };

    /**
     * The format of a name such as {@code qdq-int8}.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static Format of(String id) {
        List<String> ids = Arrays.stream(values()).map(Format::id).toList();
        return Arrays.stream(values()).filter(format -> format.id().equalsIgnoreCase(id)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no format '" + id + "'" + Spelling.maybeOrStop(id, ids) + " There are " + String.join(", ", ids)));
    }

    /** The formats for runtimes that can hold a network. */
    public static List<Format> fitting(Graph graph) {
        return Arrays.stream(values()).filter(format -> format != QONNX && format.misfit(graph).isEmpty()).toList();
    }

    /** The name, such as {@code qdq-int8}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How it may store weights, of which the smallest file is taken. */
    List<Layout> layouts(Graph graph) {
        return List.of(Layout.NODES);
    }

    /** The type of a signal's codes. */
    DataType signals() {
        return DataType.UINT8;
    }

    /** Whether quantised weights and signals are rounded as in training, as codes or in floats; else signals are clipped only. */
    public boolean coded() {
        return this != FLOAT32 && this != FLOAT16;
    }

    /** Whether a weight is written as codes. */
    boolean codes(Weight weight) {
        return coded() && weight.quantized();
    }

    /** Why the format cannot hold a network, if so: what is wrong, and what would do. */
    public Optional<String> misfit(Graph graph) {
        return coded() && Bits.weights(graph).findAny().isEmpty() && Bits.signals(graph).findAny().isEmpty()
                ? Optional.of("nothing is quantised. Maybe float32?") : Optional.empty();
    }

    private static Optional<String> truncated(Graph graph, String why) {
        return graph.nodes().stream().filter(node -> node.rounding().filter(rounding -> rounding.truncated() > 0).isPresent()).findFirst()
                .map(node -> "the codes of " + node.name() + " are truncated, and " + why + ". Maybe qdq-int8, or activation-code: rounded?");
    }

    /**
     * Whether a file computes what the engine computed. Float32 logits must agree within 1e-3, and the class of 99.9 % of the images. A
     * last-bit difference can flip a code of a quantised signal, so there the class of 99.5 % of the images and the median logit
     * must agree within 1e-3; with float16 within 1e-2.
     */
    public boolean accepts(Parity parity) {
        return flips(parity, 200) && parity.medianAbsDiff() <= 1e-3;
    }

    /** Whether at most one class in {@code per} differs; rounded up, or one flip would be too much for a small set of images. */
    private static boolean flips(Parity parity, int per) {
        return parity.flips() <= (parity.answers() + per - 1) / per && Double.isFinite(parity.maxAbsDiff());
    }
}
