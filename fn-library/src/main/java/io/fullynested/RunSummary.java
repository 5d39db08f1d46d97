package io.fullynested;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.onnx.Parity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run made of a description; {@code summary.json}.
 *
 * @param metric the name of the metric that scores are of; they stand under it, as all other metrics under theirs
 * @param values what the description says: path → value
 * @param units  of the costs, by name
 * @param training null of older versions
 * @param ensembles the members that answer together for budgets, where they were looked for and are better than one
 */
public record RunSummary(String spec, long seed, String metric, Map<String, String> values, Map<String, String> units, Data dataset,
                         List<NestedAxis> axes, Whole supernet, List<Chosen> budgets, List<Unmet> unmet, Seconds seconds,
                         Training training, List<Together> ensembles) {

    /** What the format of C files is called, in the place of one of ONNX. */
    private static final String C = "C";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, Double>> NUMBERS = new TypeReference<>() { };
    private static final Set<String> COMPONENTS = Set.of("name", "constraints", "selection", "cost", "onnx", "format", "parity");

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

        /** What stands beside the other components of a record. */
        private static Metrics read(JsonNode json, Set<String> others) {
            Map<String, Map<String, Double>> byName = new LinkedHashMap<>();
            json.properties().forEach(field -> {
                if (!others.contains(field.getKey())) {
                    byName.put(field.getKey(), new TreeMap<>(JSON.convertValue(field.getValue(), NUMBERS)));
                }
            });
            return new Metrics(byName);
        }

        /** One of them on a data split. */
        public double get(String metric, String split) {
            return byName.get(metric).get(split);
        }
    }

    /** The full model. */
    public record Whole(@JsonSerialize(contentUsing = Plain.class) Map<String, Double> cost, @JsonUnwrapped Metrics metrics) {

        private static Whole read(JsonNode json) {
            return new Whole(JSON.convertValue(json.required("cost"), NUMBERS), Metrics.read(json, Set.of("cost")));
        }
    }

    /**
     * The submodel of a budget; the metrics are those of the exported network in the engine.
     *
     * @param onnx   the file, or of C files the one that is not the header
     * @param format how it is written: {@code PACKED}, or {@code C}
     * @param parity null if it was not run, as of C where there is no compiler
     */
    public record Chosen(String name, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> constraints,
                         Map<String, Integer> selection, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> cost,
                         @JsonUnwrapped Metrics metrics, String onnx, String format, Agreement parity) {

        /** Of an export that was written to {@code file}. Constraints are limits of costs, or the least score. */
        public static Chosen of(String name, Map<String, Double> constraints, TrainedSupernet.Export export, String file) {
            return new Chosen(name, constraints, export.spec().keeps(), export.costs(), Metrics.of(export.scores()), file,
                    export.format().name(), Agreement.of(export));
        }

        /** Of C files that were written. */
        public static Chosen of(String name, Map<String, Double> constraints, CExport export, String file) {
            return new Chosen(name, constraints, export.spec().keeps(), export.costs(), Metrics.of(export.scores()), file, C,
                    export.parity().map(Agreement::of).orElse(null));
        }

        /** Whether it is in C. */
        public boolean c() {
            return format.equals(C);
        }

        /** The share of the answers that the file gives as well; empty if it was not run. */
        public Optional<Double> agreement() {
            return Optional.ofNullable(parity).map(Agreement::agreement);
        }

        /**
         * What was written as JSON.
         *
         * @throws IllegalArgumentException if something is missing, or is not what it should be
         */
        public static Chosen read(JsonNode json) {
            return new Chosen(json.required("name").asText(), JSON.convertValue(json.required("constraints"), NUMBERS),
                    JSON.convertValue(json.required("selection"), new TypeReference<TreeMap<String, Integer>>() { }),
                    JSON.convertValue(json.required("cost"), NUMBERS), Metrics.read(json, COMPONENTS), json.required("onnx").asText(),
                    json.required("format").asText(), JSON.convertValue(json.required("parity"), Agreement.class));
        }
    }

    /**
     * Members that answer together within a budget.
     *
     * @param selections  of its members
     * @param cost        their sums; of the size, that of the file
     * @param calibration of them together by data split, accuracy as the share of images
     */
    public record Together(String name, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> constraints, List<Map<String, Integer>> selections,
                           @JsonSerialize(contentUsing = Plain.class) Map<String, Double> cost, Map<String, Calibration> calibration, String onnx, String format) {

        /** Of a file that was written. */
        public static Together of(String name, Map<String, Double> constraints, EnsembleExport export, String file) {
            return new Together(name, constraints, export.members().stream().map(SubmodelSpec::keeps).toList(), export.costs(), export.calibration(), file,
                    export.format().name());
        }
    }

    /** A budget or floor that no submodel was found for. */
    public record Unmet(String name, @JsonSerialize(contentUsing = Plain.class) Map<String, Double> constraints, String why) {
    }

    /** How far onnxruntime, or a compiled program, is from the engine, the worse of its graph optimisation on and off. */
    public record Agreement(int answers, double maxAbsDiff, double medianAbsDiff, double agreement, int flips, int flipsUnoptimized) {

        static Agreement of(TrainedSupernet.Export export) {
            Parity worst = export.parity().worst();
            return new Agreement(worst.answers(), worst.maxAbsDiff(), worst.medianAbsDiff(), worst.agreement(),
                    export.parity().optimized().flips(), export.parity().unoptimized().flips());
        }

        static Agreement of(Parity parity) {
            return new Agreement(parity.answers(), parity.maxAbsDiff(), parity.medianAbsDiff(), parity.agreement(), parity.flips(), parity.flips());
        }
    }

    /**
     * How training went.
     *
     * @param epochs how many there were, fewer than the description wants if it was stopped early
     * @param kept   the epoch, counted from 1, whose masters it gave
     */
    public record Training(int epochs, int kept) {

        /** Of a table that was written. */
        public static Training of(TrainingCurve curve) {
            return new Training(curve.epochs().size(), curve.kept());
        }
    }

    /** Wall time of each part; {@code train} is that of its steps, in all processes if it was stopped; {@code export} includes tuning. */
    public record Seconds(double train, double search, double export) {
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if it cannot be read, or is none of this version; the message names it
     */
    public static RunSummary read(Path file) throws IOException {
        JsonNode json = InputFile.read(file, () -> JSON.readTree(file.toFile()));
        try {
            List<NestedAxis> axes = new ArrayList<>();
            for (JsonNode axis : json.required("axes")) {
                axes.add(new NestedAxis(axis.required("id").asText(), JSON.convertValue(axis.required("level"), NestingLevel.class),
                        axis.required("size").asInt(), JSON.convertValue(axis.required("keeps"), new TypeReference<>() { })));
            }
            List<Chosen> budgets = new ArrayList<>();
            json.required("budgets").forEach(budget -> budgets.add(Chosen.read(budget)));
            List<Unmet> unmet = new ArrayList<>();
            json.required("unmet").forEach(budget -> unmet.add(new Unmet(budget.required("name").asText(),
                    JSON.convertValue(budget.required("constraints"), NUMBERS), budget.required("why").asText())));
            TypeReference<LinkedHashMap<String, String>> words = new TypeReference<>() { };
            return new RunSummary(json.required("spec").asText(), json.required("seed").asLong(), json.required("metric").asText(),
                    JSON.convertValue(json.required("values"), words), JSON.convertValue(json.required("units"), words),
                    JSON.convertValue(json.required("dataset"), Data.class), axes, Whole.read(json.required("supernet")), budgets, unmet,
                    JSON.convertValue(json.required("seconds"), Seconds.class), JSON.convertValue(json.get("training"), Training.class),
                    JSON.convertValue(json.has("ensembles") ? json.get("ensembles") : JSON.createArrayNode(), new TypeReference<List<Together>>() { }));
        } catch (IllegalArgumentException e) {
            throw new UnreadableException(file, "no summary of this version: " + e.getMessage(), e);
        }
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
