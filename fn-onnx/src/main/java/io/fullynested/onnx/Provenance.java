package io.fullynested.onnx;

import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.task.Task;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a network comes from; written into the file.
 *
 * @param version   version of this project
 * @param spec      name of the network's description
 * @param selection what was kept of each axis
 * @param costs     cost model → what it says
 * @param metric    name of the metric of the task
 * @param scores    data split → score by that metric
 * @param outputs   what it gives, as {@link Task#outputs} says it
 * @param target    names what the outputs are about
 */
public record Provenance(String version, String spec, SubmodelSpec selection, Map<String, Double> costs, String metric, Map<String, Double> scores,
                         String outputs, Target target) {

    /** The metadata key of the class names, one a line. */
    public static final String CLASSES = "classes";
    /** The metadata key of the metric, if it is not the share of images classified rightly. */
    public static final String METRIC = "fullynested.metric";

    private static final String ACCURACY = "accuracy";

    /** @throws IllegalArgumentException if a name has more than one line */
    public Provenance {
        costs = Collections.unmodifiableMap(new TreeMap<>(costs));
        scores = Collections.unmodifiableMap(new TreeMap<>(scores));
        for (String name : target.names()) {
            if (name.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("The name '" + name + "' has more than one line");
            }
        }
    }

    /**
     * Of a classification.
     *
     * @param accuracy data split → share of images classified rightly
     * @param classes  class names by label; empty if unknown
     */
    public Provenance(String version, String spec, SubmodelSpec selection, Map<String, Double> costs, Map<String, Double> accuracy,
                      List<String> classes) {
        this(version, spec, selection, costs, ACCURACY, accuracy, "logits [N, classes]", Target.classes(classes));
    }

    /** The name of the output: the first word of what it is. */
    String output() {
        return outputs.split(" ", 2)[0];
    }

    /** As metadata of an ONNX file, sorted by key. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("fullynested.version", version);
        metadata.put("fullynested.spec", spec);
        metadata.put("fullynested.selection", selection.toString());
        costs.forEach((model, cost) -> metadata.put("fullynested.cost." + model, number(cost)));
        scores.forEach((split, score) -> metadata.put(Claims.score(metric, split), number(score)));
        if (!metric.equals(ACCURACY)) {
            metadata.put(METRIC, metric);
        }
        if (!target.names().isEmpty()) {
            metadata.put(namesKey(), String.join("\n", target.names()));
        }
        return metadata;
    }

    private String namesKey() {
        return switch (target.kind()) {
            case NUMBERS -> "quantities";
            case LABELS -> "labels";
            default -> CLASSES;
        };
    }

    /**
     * In a sentence or two, for people.
     *
     * @param input what goes in; rows of a table are images of 1×1
     */
    String description(Shape input) {
        StringBuilder text = new StringBuilder("A submodel of '" + spec + "', made by Fully Nested " + version + ".");
        text.append(input.height() * input.width() == 1 ? " Input: rows [N, columns, 1, 1], float32 in the units of the data."
                : " Input: images [N, C, H, W], float32 in 0..1.").append(" Output: ").append(outputs).append('.');
        if (!selection.keeps().isEmpty()) {
            text.append(" It keeps ").append(selection).append('.');
        }
        return text.toString();
    }

    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? String.valueOf((long) value) : String.valueOf(value);
    }
}
