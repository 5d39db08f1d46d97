package io.fullynested.c;

import java.util.List;

/**
 * A function of the C text, in the order in which it stands there.
 *
 * <p>Its bytes are those that gcc makes of it for a Cortex-M0+ with {@code -Os}, rounded up, the larger ones of two versions of it if it has some; they are
 * measured in benchmarks/microcontroller, and a test holds that programs take no more.
 */
enum Routine {
    PIXELS("pixels", 120),
    LAYER("layer", 100),
    NESTED("nested", 60, LAYER),
    WINDOW("window", 0),
    CONVOLUTION("convolution", 800, LAYER, WINDOW),
    DEPTHWISE("depthwise", 480, LAYER, WINDOW),
    DENSE("dense", 130, LAYER),
    PART("part", 0),
    JOINED("joined", 260, LAYER, PART),
    ADD("add", 200),
    MULTIPLY("multiply", 200),
    MOVE("move", 80),
    COPY("copy", 80, MOVE),
    PERMUTE("permute", 90, COPY),
    RESIZE("resize", 160, MOVE, WINDOW),
    MEANS("means", 100, MOVE),
    POOL("pool", 300, MOVE, WINDOW);

    private final String file;
    private final int bytes;
    private final List<Routine> needs;

    Routine(String file, int bytes, Routine... needs) {
        this.file = file;
        this.bytes = bytes;
        this.needs = List.of(needs);
    }

    String file() {
        return file;
    }

    int bytes() {
        return bytes;
    }

    List<Routine> needs() {
        return needs;
    }

    /** Whether it reads weights and signals by a function for their bits, so that there is one of it for each pair of bits. */
    boolean varies() {
        return this == CONVOLUTION || this == DEPTHWISE || this == DENSE;
    }
}
