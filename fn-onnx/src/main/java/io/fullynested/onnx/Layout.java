package io.fullynested.onnx;

/** How quantised weights and their biases are stored, and read when a runtime loads the file. */
enum Layout {
    /** int8 integers, which a DequantizeLinear reads; the units of a bias as numbers of their own. Runtimes without functions know it. */
    NODES,
    /** int4 codes where they have 4 bits or fewer, int8 integers elsewhere; read by functions. */
    INT4,
    /** Bit planes where they have fewer than 8 bits, int8 integers elsewhere; read by functions. */
    PLANES;

    /** Whether weights of some bits are stored in fewer than 8. */
    boolean narrow(int bits) {
        return this == INT4 && bits <= 4 || this == PLANES && bits < 8;
    }
}
