package io.fullynested.testkit;

import io.fullynested.api.graph.Node;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A node of a network with the numbers it takes and gives, as the reference interpreter computes them.
 *
 * @param parameters where its weights are
 */
record Computed(Node node, Parameters parameters, List<Tensor> inputs, Tensor result) {

    /** The nodes that are asked for, on some images. */
    static List<Computed> of(Model model, Tensor images, Predicate<Node> which) {
        List<Tensor> trace = new EjmlInterpreter().trace(model, images);
        List<Node> nodes = model.graph().nodes();
        return IntStream.range(0, nodes.size()).filter(i -> which.test(nodes.get(i))).mapToObj(i -> new Computed(nodes.get(i), model.parameters(),
                nodes.get(i).inputs().stream().map(trace::get).toList(), trace.get(i))).toList();
    }

    /** The same on other numbers; itself if it takes none. */
    Computed on(List<Tensor> others) {
        return others.isEmpty() ? this : new Computed(node, parameters, others, new EjmlInterpreter().evaluate(node, parameters, others));
    }

    /** The same on the magnitudes of what it takes, those of the first input with a sign. */
    Computed onMagnitudes(int sign) {
        return on(IntStream.range(0, inputs.size()).mapToObj(input -> changed(inputs.get(input), numbers -> {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (input == 0 ? sign : 1) * Math.abs(numbers[i]);
            }
            return numbers;
        })).toList());
    }

    /** The same where one number of an input is another. */
    Computed withAnother(int input, int place) {
        return on(IntStream.range(0, inputs.size()).mapToObj(i -> i != input ? inputs.get(i) : changed(inputs.get(i), numbers -> {
            numbers[place] += 1;
            return numbers;
        })).toList());
    }

    private static Tensor changed(Tensor x, UnaryOperator<float[]> change) {
        return new Tensor(x.shape(), change.apply(x.data().clone()));
    }

    /** Whether it takes no number below zero. */
    boolean takesNothingBelowZero() {
        return inputs.stream().allMatch(input -> least(input) >= 0);
    }

    /** The least number that it gives. */
    float least() {
        return least(result);
    }

    private static float least(Tensor x) {
        float least = Float.POSITIVE_INFINITY;
        for (float number : x.data()) {
            least = Math.min(least, number);
        }
        return least;
    }

    /** The numbers that it gives and does not take. */
    Set<Float> made() {
        Set<Float> taken = inputs.stream().flatMap(Computed::numbers).collect(Collectors.toSet());
        return numbers(result).filter(number -> !taken.contains(number)).collect(Collectors.toSet());
    }

    private static Stream<Float> numbers(Tensor x) {
        return IntStream.range(0, x.data().length).mapToObj(i -> x.data()[i]);
    }

    /** The places at which the result differs from another's. */
    List<Integer> differences(Computed other) {
        return IntStream.range(0, result.data().length).filter(i -> result.data()[i] != other.result.data()[i]).boxed().toList();
    }
}
