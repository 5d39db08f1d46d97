package io.fullynested.onnx.bundle;

import io.fullynested.api.graph.ParameterSlice;
import java.util.Optional;

/**
 * Some bytes of an ONNX file, and the part after them that is stored elsewhere.
 *
 * @param key  the same for the piece of another file that stands for the same node, value or initialiser
 * @param text the bytes
 * @param part what follows
 */
record Piece(String key, byte[] text, Optional<Part> part) {

    /** Bytes of an initialiser that are cut out of a file. */
    sealed interface Part {
    }

    /** Numbers that only this file has; 4 bytes each. */
    record Numbers(byte[] bytes) implements Part {
    }

    /**
     * Weights that are made of a master's codes.
     *
     * @param slice  what is kept of the master
     * @param bits   bits of a code
     * @param layout {@link io.fullynested.bundle.BundleFormat#INT8} or {@link io.fullynested.bundle.BundleFormat#PLANES}
     * @param signs  what the integers of each output channel are multiplied by: −1, 0 or 1
     */
    record Weights(ParameterSlice slice, int bits, int layout, byte[] signs) implements Part {
    }
}
