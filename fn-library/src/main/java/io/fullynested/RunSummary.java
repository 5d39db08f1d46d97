package io.fullynested;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.search.Evaluation;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Parity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run made of a description; {@code summary.json}.
 *
 * @param metric the name of the metric that scores are of; they stand under it, as all other metrics under theirs
 * @param values what the description says: path → value
 * @param units  of the costs, by name
 */
public record RunSummary(String spec, long seed, String metric, Map<String, String> values, Map<String, String> units, Data dataset,
                         List<NestedAxis> axes, Whole supernet, List<Chosen> budgets, List<Unmet> unmet, Seconds seconds) {

    /** Numbers of images. */
    public record Data(int train, int validation, int test) {
    }

    /** Metrics by name, each by data split. */
    public record Metrics(@JsonAnyGetter Map<String, Map<String, Double>> byName) {

        /** Of evaluations by data split. */
        public static Metrics of(Map<String, Evaluation> evaluations) {
            Map<String, Map<String, Double>> byName = new LinkedHashMap<>();
            evaluations.forEach((split, evaluation) -> evaluation.metrics().forEach((name, value) ->
                    byName.computeIfAbsent(name, none -> new TreeMap<>()).put(split, value)));
            return new Metrics(byName);
        }

        /** One of them on a data split. */
        public double get(String metric, String split) {
            return byName.get(metric).get(split);
        }
    }

    /** The full model. */
    public record Whole(@JsonSerialize(contentUsing = Plain.class) Map<String, Double> cost, @JsonUnwrapped Metrics metrics) {
    }

    /** The submodel of a budget; the metrics are those of the exported network in the engine. */
    public record Chosen(String name, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> constraints,
                         Map<String, Integer> selection, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> cost,
                         @JsonUnwrapped Metrics metrics, String onnx, Format format, Agreement parity) {

        /** Of an export that was written to {@code file}. Constraints are limits of costs, or the least score. */
        public static Chosen of(String name, Map<String, Double> constraints, TrainedSupernet.Export export, String file) {
            return new Chosen(name, constraints, export.spec().keeps(), export.costs(), Metrics.of(export.scores()), file, export.format(),
                    Agreement.of(export));
        }
    }

    /** A budget or floor that no submodel was found for. */
    public record Unmet(String name, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> constraints, String why) {
    }

    /** How far onnxruntime is from the engine, the worse of its graph optimisation on and off. */
    public record Agreement(int answers, double maxAbsDiff, double medianAbsDiff, double agreement, int flips, int flipsUnoptimized) {

        static Agreement of(TrainedSupernet.Export export) {
            Parity worst = export.parity().worst();
            return new Agreement(worst.answers(), worst.maxAbsDiff(), worst.medianAbsDiff(), worst.agreement(),
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
