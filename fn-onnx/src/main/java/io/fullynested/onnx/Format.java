package io.fullynested.onnx;

/** How numbers are written into an ONNX file. */
public enum Format {
    /** Everything in float32, weights after rounding; runs everywhere. */
    FLOAT32 {
        @Override
        public boolean accepts(Parity parity) {
            return parity.maxAbsDiff() <= 1e-3;
        }
    },
    /**
     * As {@link #QDQ_INT8}, but a weight takes as many bits in the file as it has: bit planes, which the runtime turns into int8 codes when it
     * loads the file.
     */
    PACKED {
        @Override
        public boolean accepts(Parity parity) {
            return QDQ_INT8.accepts(parity);
        }
    },
    /**
     * Weights as int8 codes, signals rounded to uint8 codes between QuantizeLinear and DequantizeLinear; a runtime may compute in
     * integers. On x86 processors without VNNI, onnxruntime's sums of 8-bit products can saturate unless the session is configured
     * with {@code session.x64quantprecision=1}.
     */
    QDQ_INT8 {
        @Override
        public boolean accepts(Parity parity) {
            // rounded up, or one flip would be too much for a small set of images
            return parity.flips() <= (parity.images() + 199) / 200 && parity.medianAbsDiff() <= 1e-3
                    && Double.isFinite(parity.maxAbsDiff());
        }
    };

    /**
     * Whether a file computes what the engine computed. Float logits must agree within 1e-3. A last-bit difference can flip a code of
     * a quantised signal, so there the class of 99.5 % of the images and the median logit must agree.
     */
    public abstract boolean accepts(Parity parity);
}
