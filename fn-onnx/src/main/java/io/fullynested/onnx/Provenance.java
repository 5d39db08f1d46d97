package io.fullynested.onnx;

import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
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
 * @param accuracy  data split → share of images classified rightly
 * @param classes   class names by label; empty if unknown
 */
public record Provenance(String version, String spec, SubmodelSpec selection, Map<String, Double> costs, Map<String, Double> accuracy,
                         List<String> classes) {

    /** The metadata key of the class names, one a line. */
    public static final String CLASSES = "classes";

    /** @throws IllegalArgumentException if a class name has more than one line */
    public Provenance {
        costs = Collections.unmodifiableMap(new TreeMap<>(costs));
        accuracy = Collections.unmodifiableMap(new TreeMap<>(accuracy));
        classes = List.copyOf(classes);
        for (String name : classes) {
            if (name.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("The class name '" + name + "' has more than one line");
            }
        }
    }

    /** As metadata of an ONNX file, sorted by key. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("fullynested.version", version);
        metadata.put("fullynested.spec", spec);
        metadata.put("fullynested.selection", selection.toString());
        costs.forEach((model, cost) -> metadata.put("fullynested.cost." + model, number(cost)));
        accuracy.forEach((split, share) -> metadata.put("fullynested.accuracy." + split, number(share)));
        if (!classes.isEmpty()) {
            metadata.put(CLASSES, String.join("\n", classes));
        }
        return metadata;
    }

    /**
     * In a sentence or two, for people.
     *
     * @param input what goes in; rows of a table are images of 1×1
     */
    String description(Shape input) {
        StringBuilder text = new StringBuilder("A submodel of '" + spec + "', made by Fully Nested " + version + ".");
        text.append(input.height() * input.width() == 1 ? " Input: rows [N, columns, 1, 1], float32 in the units of the data."
                : " Input: images [N, C, H, W], float32 in 0..1.").append(" Output: logits [N, classes].");
        if (!selection.keeps().isEmpty()) {
            text.append(" It keeps ").append(selection).append('.');
        }
        return text.toString();
    }

    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? String.valueOf((long) value) : String.valueOf(value);
    }
}
