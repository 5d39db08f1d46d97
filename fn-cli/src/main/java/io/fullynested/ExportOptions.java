package io.fullynested;

import io.fullynested.api.plugin.Option;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.onnx.Format;

/** How submodels are exported. */
public record ExportOptions(
        @Option(value = "how numbers are written; auto is qdq-int8 for a network with quantization, else float32", byDefault = "auto") Choice format,
        @Option(value = "test images on which onnxruntime must agree with the engine", byDefault = "1000", min = 1) int parityImages) {

    /** A format, or none yet. */
    public enum Choice {
        AUTO, FLOAT32, QDQ_INT8, PACKED;

        /** The format for a network. */
        public Format format(NetworkSpec network) {
            if (this != AUTO) {
                return Format.valueOf(name());
            }
            boolean quantized = network.quantization().weights().isPresent() || network.quantization().activations().isPresent();
            return quantized ? Format.QDQ_INT8 : Format.FLOAT32;
        }
    }
}
