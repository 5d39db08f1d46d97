package io.fullynested.tflite;

import io.fullynested.api.graph.Node;
import io.fullynested.core.integer.Numbers;
import io.fullynested.core.integer.Step;
import io.fullynested.core.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A file that gives what each step of a network computes.
 *
 * @param file  its bytes
 * @param steps in order of the outputs
 */
public record Traced(byte[] file, List<Result> steps) {

    /**
     * What a step computes.
     *
     * @param node the last one of the step
     * @param unit what one code stands for
     */
    public record Result(Node node, float unit) {
    }


    /** Of a network of one output. */
    public static Traced of(Model model, boolean narrow) {
        Lowering lowering = new Lowering(model.graph(), new Numbers(Optional.of(model.parameters())), Io.FLOAT32, narrow);
        lowering.run();
        List<Result> results = new ArrayList<>();
        List<Integer> given = new ArrayList<>();
        List<Step> steps = lowering.steps();
        for (int i = 0; i < steps.size(); i++) {
            if (lowering.value(i) != null) {
                given.add(i);
                Step step = steps.get(i);
                results.add(new Result(step.tail().isEmpty() ? step.head() : step.tail().get(step.tail().size() - 1), lowering.value(i).scale()));
            }
        }
        lowering.gives(given);
        return new Traced(lowering.finish(IntStream.range(0, given.size()).mapToObj(i -> "step" + i).toList(), "traced", Map.of()), results);
    }
}
