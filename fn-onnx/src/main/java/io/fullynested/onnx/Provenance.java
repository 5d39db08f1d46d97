package io.fullynested.onnx;

import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Input.Values;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.task.Task;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
 * @param notes     what else a person wants the file to say, by key
 */
public record Provenance(String version, String spec, SubmodelSpec selection, Map<String, Double> costs, String metric, Map<String, Double> scores,
                         String outputs, Target target, Map<String, String> notes) {

    /** The metadata key of the class names, one a line. */
    public static final String CLASSES = "classes";
    /** The metadata key of the metric, if it is not the share of images classified rightly. */
    public static final String METRIC = "fullynested.metric";

    /** The metadata key of the number that an output is above if its label applies, of a task that has several labels. */
    public static final String THRESHOLD = "fullynested.threshold";

    private static final String EXECUTED = "executed-macs";
    /** The costs that can be counted in a file alone. */
    public static final Set<String> COUNTED = Set.of(EXECUTED, "macs", "params");

    private static final String ACCURACY = "accuracy";

    /** @throws IllegalArgumentException if a name has more than one line */
    public Provenance {
        notes = Collections.unmodifiableMap(new TreeMap<>(notes));
        costs = Collections.unmodifiableMap(new TreeMap<>(costs));
        scores = Collections.unmodifiableMap(new TreeMap<>(scores));
        for (String name : target.names()) {
            if (name.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("The name '" + name + "' has more than one line");
            }
        }
    }

    /** With nothing else to say. */
    public Provenance(String version, String spec, SubmodelSpec selection, Map<String, Double> costs, String metric, Map<String, Double> scores,
                      String outputs, Target target) {
        this(version, spec, selection, costs, metric, scores, outputs, target, Map.of());
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

    /** The same, if it tells of executed multiply-accumulates at all, with those of a file; they depend on its opset. */
    Provenance executing(long macs) {
        Map<String, Double> counted = new TreeMap<>(costs);
        counted.replace(EXECUTED, (double) macs);
        return new Provenance(version, spec, selection, counted, metric, scores, outputs, target, notes);
    }

    /** The names of the outputs; of a single one the first word of what it is. */
    public List<String> outputs(Graph graph) {
        return graph.output().outputs().isEmpty() ? List.of(outputs.split(" ", 2)[0]) : graph.output().outputs();
    }

    /** The outputs, each with its name and shape. */
    private static String described(List<String> names, List<Node> given) {
        return IntStream.range(0, given.size()).mapToObj(i -> names.get(i) + " " + IntStream.of(given.get(i).shape().extents())
                .mapToObj(String::valueOf).collect(Collectors.joining(", ", "[N, ", "]"))).collect(Collectors.joining("; "));
    }

    /** As metadata of a file, sorted by key. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>(notes);
        metadata.put("fullynested.version", version);
        metadata.put("fullynested.spec", spec);
        metadata.put("fullynested.selection", selection.toString());
        costs.forEach((model, cost) -> metadata.put("fullynested.cost." + model, number(cost)));
        scores.forEach((split, score) -> metadata.put(Claims.score(metric, split), rounded(score)));
        if (!metric.equals(ACCURACY)) {
            metadata.put(METRIC, metric);
        }
        if (target.kind() == Target.Kind.LABELS) {
            metadata.put(THRESHOLD, "0");
        }
        if (!target.names().isEmpty()) {
            metadata.put(namesKey(), String.join("\n", target.names()));
        }
        return metadata;
    }

    /** A score to six decimals,. */
    private static String rounded(double score) {
        return Double.isFinite(score) ? new BigDecimal(score).setScale(6, RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString() : String.valueOf(score);
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
     * @param graph what it is; rows of a table are images of 1×1
     */
    String description(Graph graph) {
        List<Node> inputs = graph.inputs();
        StringBuilder text = new StringBuilder("A submodel of '" + spec + "', made by Fully Nested " + version + ".");
        text.append(inputs.size() == 1 ? " Input: " : " Inputs: ")
                .append(inputs.stream().map(input -> (inputs.size() == 1 ? "" : input.name() + ", ") + described(input)).collect(Collectors.joining("; ")))
                .append(graph.outputs().size() == 1 ? ". Output: " : ". Outputs: " + described(graph.output().outputs(), graph.outputs()) + ", ")
                .append(outputs).append('.');
        return text.toString();
    }

    private static String described(Node node) {
        Shape shape = node.shape();
        Values values = ((Input) node.operator()).values();
        String dims = shape.flat() ? "rows [N, columns]" : shape.positions() == 1 ? "rows [N, columns, 1, 1]" : "images [N, C, H, W]";
        String range = number(values.least()) + ".." + number(values.most());
        return dims + (values.type() == Input.Type.UINT8 ? ", uint8, 0..255 for " + range
                : ", float32 in " + (values.bounded() && (shape.positions() > 1 || !values.equals(Values.SHARES)) ? range : "the units of the data"));
    }

    /** The metadata key of the range of an input. */
    static String range(String input) {
        return "fullynested.range." + input;
    }

    /** The ranges of inputs as metadata, where they are not what everybody would think: bytes, or floats beyond 0..1. */
    static Map<String, String> ranges(List<Node> inputs) {
        Map<String, String> ranges = new TreeMap<>();
        for (Node node : inputs) {
            Values values = ((Input) node.operator()).values();
            if (values.bounded() && !values.equals(Values.SHARES)) {
                ranges.put(range(node.name()), number(values.least()) + " " + number(values.most()));
            }
        }
        return ranges;
    }

    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? String.valueOf((long) value) : String.valueOf(value);
    }
}
