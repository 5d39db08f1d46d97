package io.fullynested.tflite;

import io.fullynested.core.integer.Numbers;
import io.fullynested.core.model.Model;
import java.util.Optional;

/**
 * Writes a network as a .tflite file of schema version 3, as TensorFlow Lite and TensorFlow Lite Micro run it: int8 codes of signals, int8 or int4 weights with a
 * step for each output channel, int32 biases, as TensorFlow's specification of 8-bit quantisation has them, images with their channels last, one at a time.
 * What a function of sums is applied to, and outputs that are not rounded, are int16 codes, which TFLite multiplies with int8 weights. The same network gives
 * the same bytes.
 */
public final class TfliteExporter {

    private final Io io;
    private final boolean narrow;

    /**
     * An exporter of files that take and give numbers so.
     *
     * @param narrow whether weights of 3 bits or fewer are int4, two a byte; kernels round the sums of so small codes more coarsely
     */
    public TfliteExporter(Io io, boolean narrow) {
        this.io = io;
        this.narrow = narrow;
    }

    /**
     * Exports a network.
     *
     * @param model  an extracted one, whose batch norms were folded and whose biases are rounded to what integers hold
     * @param origin where it comes from
     * @throws io.fullynested.core.integer.NoIntegerFormException if something in it cannot be computed in integers; the message names all of it
     */
    public TfliteFile export(Model model, Origin origin) {
        Lowering lowering = new Lowering(model.graph(), new Numbers(Optional.of(model.parameters())), io, narrow);
        lowering.run();
        return new TfliteFile(lowering.finish(origin.outputs(), origin.description(), origin.metadata()), lowering.integers(), lowering.notes());
    }
}
