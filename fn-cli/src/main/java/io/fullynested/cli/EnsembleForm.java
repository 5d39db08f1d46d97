package io.fullynested.cli;

import io.fullynested.Calibration;
import io.fullynested.EnsembleExport;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Submodels as one ONNX file that answers by the mean of their logits. */
record EnsembleForm(TrainedSupernet net, List<SubmodelSpec> members, PrintWriter out) {

    /**
     * Writes it, and tells how good it is.
     *
     * @param verified whether it is measured and run
     * @param last     what is done to the file before it is written
     */
    void write(Path file, OnnxExporter exporter, boolean verified, UnaryOperator<OnnxFile> last) throws IOException {
        if (!verified) {
            OnnxFile onnx = last.apply(EnsembleExport.file(net, members, exporter));
            onnx.write(file);
            out.println(Console.text("%s: %d members, %s, %,d bytes", file, members.size(), exporter.format().id(), Files.size(file)));
            return;
        }
        EnsembleExport export = EnsembleExport.of(net, members, exporter);
        last.apply(export.onnx()).write(file);
        out.println(Console.text("%s: %d members, %s, %,d bytes, %s", file, members.size(), exporter.format().id(), Files.size(file),
                Pipeline.costs(export.costs(), net.network().costs().units())));
        out.println(score(export) + Console.text("onnxruntime agrees on %.2f %% of %d answers", 100 * export.parity().worst().agreement(),
                export.parity().worst().answers()));
        export.parity().note(exporter.format()).ifPresent(note -> out.println("note: " + note));
        export.onnx().notes().forEach(note -> out.println("note: " + note));
    }

    /** How good it is on test images, if there are some. */
    private String score(EnsembleExport export) {
        Calibration test = export.calibration().get("test");
        return test == null ? "" : Console.text("test %s %.2f %%, loss %.4f nats, calibration error %.4f, ", net.network().metric(),
                100 * export.scores().get("test").score(), test.loss(), test.error());
    }
}
