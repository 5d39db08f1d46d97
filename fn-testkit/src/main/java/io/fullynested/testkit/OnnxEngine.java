package io.fullynested.testkit;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.Provenance;
import java.util.List;
import java.util.Map;

/** onnxruntime as a backend: each network is exported, signals that it rounds as codes, and run node by node. */
final class OnnxEngine extends RunOnly {

    private static final Provenance NOWHERE = new Provenance("1", "contract", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());

    @Override
    public Tensor run(Model model, Tensor images) {
        Format format = Format.QDQ_INT8.misfit(model.graph()).isPresent() ? Format.FLOAT32 : Format.QDQ_INT8;
        byte[] file = new OnnxExporter(format).export(model, NOWHERE).bytes();
        try (OnnxSession session = OnnxSession.open(file, false, 1)) {
            return session.run(images);
        }
    }
}
