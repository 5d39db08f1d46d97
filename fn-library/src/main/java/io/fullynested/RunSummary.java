package io.fullynested;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Parity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a run made of a description; {@code summary.json}. Accuracies are shares in 0..1. */
public record RunSummary(String spec, long seed, Data dataset, List<NestedAxis> axes, Whole supernet, List<Chosen> budgets,
                         List<Unmet> unmet, Seconds seconds) {

    /** Numbers of images. */
    public record Data(int train, int validation, int test) {
    }

    /** The full model. */
    public record Whole(@JsonSerialize(contentUsing = Plain.class) Map<String, Double> cost, Map<String, Double> accuracy) {
    }

    /** The submodel of a budget; {@code accuracy} is that of the exported network in the engine. */
    public record Chosen(String name, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> constraints,
                         Map<String, Integer> selection, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> cost,
                         Map<String, Double> accuracy, String onnx, Format format, Agreement parity) {

        /** Of an export that was written to {@code file}. Constraints are limits of costs, or the least {@code accuracy}. */
        public static Chosen of(String name, Map<String, Double> constraints, TrainedSupernet.Export export, String file) {
            return new Chosen(name, constraints, export.spec().keeps(), export.costs(), export.accuracy(), file, export.format(),
                    Agreement.of(export));
        }
    }

    /** A budget or floor that no submodel was found for. */
    public record Unmet(String name, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> constraints, String why) {
    }

    /** How far onnxruntime is from the engine, the worse of its graph optimisation on and off. */
    public record Agreement(int images, double maxAbsDiff, double medianAbsDiff, double top1Agreement, int flips, int flipsUnoptimized) {

        static Agreement of(TrainedSupernet.Export export) {
            Parity worst = export.parity().worst();
            return new Agreement(worst.images(), worst.maxAbsDiff(), worst.medianAbsDiff(), worst.top1Agreement(),
                    export.parity().optimized().flips(), export.parity().unoptimized().flips());
        }
    }

    /** Wall time of each part; {@code train} is that of its steps, in all processes if it was stopped; {@code export} includes tuning. */
    public record Seconds(double train, double search, double export) {
    }

    /** Writes the file as a whole or not at all. */
    public void write(Path file) throws IOException {
        JsonFile.write(this, file);
    }

    /** Whole numbers without a fraction or an exponent. */
    private static final class Plain extends JsonSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (value == Math.rint(value) && Math.abs(value) < 1e15) {
                json.writeNumber(value.longValue());
            } else {
                json.writeNumber(value);
            }
        }
    }
}
