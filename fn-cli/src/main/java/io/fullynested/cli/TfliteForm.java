package io.fullynested.cli;

import io.fullynested.TfliteExport;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.tflite.Io;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** A submodel exported as a .tflite file. */
final class TfliteForm {

    private final TrainedSupernet net;
    private final SubmodelSpec selection;
    private final TfliteExport.Id id;
    private final Io io;
    private final PrintWriter text;

    TfliteForm(TrainedSupernet net, SubmodelSpec selection, TfliteExport.Id id, Io io, PrintWriter text) {
        this.net = net;
        this.selection = selection;
        this.id = id;
        this.io = io;
        this.text = text;
    }

    /** Writes the file. */
    void write(Path file, boolean verify) throws IOException {
        TfliteExport export = made(verify);
        export.write(file);
        text.println(Console.text("%s: %s, %,d bytes, %s", file, id, Files.size(file), Pipeline.costs(export.costs(), net.network().costs().units())));
        export.parity().ifPresent(parity -> {
            String score = export.scores().containsKey("test")
                    ? Console.text("test %s %.2f %%, ", net.network().metric(), 100 * export.scores().get("test").score()) : "";
            text.println(score + Console.text("TensorFlow Lite agrees on %.2f %% of %d answers, without XNNPACK on %.2f %%", 100 * parity.delegated().agreement(),
                    parity.delegated().answers(), 100 * parity.own().agreement()));
        });
        net.caveats(selection).forEach((cost, caveat) -> text.println("note: " + cost + ": " + caveat));
    }

    private TfliteExport made(boolean verify) {
        try {
            return TfliteExport.of(net, selection, id, io, verify);
        } catch (NoIntegerFormException e) {
            throw new BadInputException("--format " + id + ": " + String.join("\n", e.refused()));
        }
    }

    /** Tells what would become of it. */
    int explain() {
        text.println(id + ": TensorFlow Lite and its Micro take int8 signals, int8 or int4 weights with a step a channel, and int32 biases");
        try {
            TfliteExport export = TfliteExport.of(net, selection, id, io, false);
            export.file().integers().forEach(step -> text.println("in integers: " + step));
            text.println(io == Io.UINT8 ? "in floats: nothing" : "in floats: normalisation of what comes in, and what comes out. Maybe --io uint8");
            text.println("refused: nothing");
            text.println(Console.text("file: %,d bytes", export.file().bytes().length));
        } catch (NoIntegerFormException e) {
            e.refused().forEach(refused -> text.println("refused: " + refused));
        }
        return 0;
    }
}
