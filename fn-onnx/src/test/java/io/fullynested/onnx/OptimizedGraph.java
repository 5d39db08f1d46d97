package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What onnxruntime makes of a network before it runs it. */
final class OptimizedGraph {

    private OptimizedGraph() {
    }

    /** How many nodes of each operator are left. */
    static Map<String, Long> operators(byte[] file, Path folder) throws OrtException, IOException {
        return read(file, folder).getGraph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, TreeMap::new, Collectors.counting()));
    }

    static ModelProto read(byte[] file, Path folder) throws OrtException, IOException {
        Path written = folder.resolve("optimized.onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // the next level would change the layout, too, which a file cannot hold for other machines
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
            // onnxruntime computes int8 signals in floats on x86 otherwise
            options.addConfigEntry("session.qdqisint8allowed", "1");
            options.setOptimizedModelFilePath(written.toString());
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            OrtEnvironment.getEnvironment().createSession(file, options).close();
        }
        return ModelProto.parseFrom(Files.readAllBytes(written));
    }
}
