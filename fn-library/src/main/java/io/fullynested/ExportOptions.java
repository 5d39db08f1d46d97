package io.fullynested;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Option;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Names;
import io.fullynested.onnx.Target;
import io.fullynested.training.Tuning;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How submodels are exported. */
public record ExportOptions(
        @Option(value = "how numbers are written; auto, or a format that a submodel does not fit, is float32 for a submodel without quantization, "
                + "else what suits the target; c is C for microcontrollers in the place of ONNX", byDefault = "auto") Choice format,
        @Option(value = "what the files are for, if format is auto", byDefault = "onnxruntime") Target target,
        @Option(value = "what nodes and values are called: by a letter or two, or as in the network, with the shape of every value; a tenth of a small "
                + "file to a half is names", byDefault = "short") Names names,
        @Option(value = "test images on which onnxruntime must agree with the engine", byDefault = "1000", min = 1) int parityImages,
        @Option("how './fn run' trains each submodel further, alone, before it exports it, where that makes it better on validation images; "
                + "not at all if absent") Optional<Tuning> tune,
        @Option(value = "what files say about themselves beside, by key: author, licence; keys that begin with fullynested. are this program's",
                byDefault = "{}") Map<String, String> metadata,
        @Option("an ONNX network that takes what this one gives, relative to the YAML file: files end in it, left as it is, as ./fn import --freeze-from "
                + "wants it") Optional<Path> tail) {

    private static final String OWN = "fullynested.";

    /** @throws IllegalArgumentException if a key is this program's */
    public ExportOptions {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        metadata.keySet().stream().filter(key -> key.startsWith(OWN)).findFirst().ifPresent(key -> {
            throw new IllegalArgumentException("metadata has '" + key + "', but keys that begin with " + OWN + " are this program's. Maybe without "
                    + OWN + "?");
        });
    }

    /** A format, or none yet. */
    public enum Choice {
        AUTO(null), FLOAT32(Format.FLOAT32), FLOAT16(Format.FLOAT16), QDQ_INT8(Format.QDQ_INT8), QDQ_S8(Format.QDQ_S8), INT4(Format.INT4),
        PACKED(Format.PACKED),
        /** C files; an ONNX file with the same codes where ONNX is meant. */
        C(Format.QDQ_INT8);

        private final Format format;

        Choice(Format format) {
            this.format = format;
        }
    }

    /** Whether submodels are exported as C. */
    public boolean c() {
        return format == Choice.C;
    }

    /** The format of an ONNX file for a submodel: where the one that was chosen does not fit, what suits the target. */
    public Format format(Graph graph) {
        return format == Choice.AUTO || format.format.misfit(graph).isPresent() ? target.format(graph) : format.format;
    }
}
