package io.fullynested.tflite;

/** How numbers come in and out of a file. */
public enum Io {
    /** As float32, which the file quantises itself. */
    FLOAT32,
    /** In as bytes, of which 0 is the least and 255 the greatest number of an input; out as integers, each a multiple of a scale. */
    UINT8
}
