package io.fullynested.c;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.QuantizedTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One pass over the steps of a network that writes each as {@link Kernels} says. */
final class Lowering {

    private final Model model;
    private final List<Step> steps;
    private final Arena arena;
    private final Map<String, String> arguments;
    private final Unit unit = new Unit();
    private final List<Finish> finishes = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int now;

    /** @param arguments what the bytes of each input are called, by the name of its node */
    Lowering(Model model, Map<String, String> arguments) {
        this.model = model;
        this.steps = Step.of(model);
        this.arena = Arena.of(steps);
        this.arguments = arguments;
    }

    /** @throws NoIntegerFormException with all that is refused */
    void run() {
        List<String> refused = new ArrayList<>();
        for (now = 0; now < steps.size(); now++) {
            Step step = steps.get(now);
            for (Arena.Move move : arena.moves().get(now)) {
                unit.call("memmove(" + at(move.to()) + ", " + at(move.from()) + ", " + move.bytes() + ")");
            }
            try {
                finishes.add(step.head().operator().accept(new Kernels(this, now)));
                if (step.result().elements() > 0) {
                    unit.writes(step.result());
                }
            } catch (NoIntegerFormException e) {
                finishes.add(null);
                refused.addAll(e.refused());
            } catch (ArithmeticException e) {
                finishes.add(null);
                refused.add(step.head().name() + " has no integer form: its numbers are out of the range of its codes (" + e.getMessage()
                        + "). Maybe the network was never trained?");
            }
        }
        if (!refused.isEmpty()) {
            throw new NoIntegerFormException(refused);
        }
    }

    /** What is computed, in order. */
    List<String> integers() {
        return steps.stream().filter(step -> step.result().elements() > 0).map(Lowering::described).toList();
    }

    private static String described(Step step) {
        String bits = step.result().rounded() ? (step.result().signed() ? "int" : "uint") + step.result().bits() : "int32";
        return step.head().weight().map(weight -> step.head().name() + ", weights of " + weight.bits() + " bits, gives " + bits)
                .orElse(step.head().name() + " gives " + bits);
    }

    /** What the user should know. */
    List<String> notes() {
        return notes;
    }

    void note(String text) {
        notes.add(text);
    }

    Graph graph() {
        return model.graph();
    }

    List<Step> steps() {
        return steps;
    }

    Arena arena() {
        return arena;
    }

    Unit unit() {
        return unit;
    }

    /** What the sums of a step end in. */
    Finish finish(int position) {
        return finishes.get(position);
    }

    float[] value(ParameterSlice slice) {
        return model.parameters().value(slice).data();
    }

    String argument(Node input) {
        return arguments.get(input.name());
    }

    /** Where an input of the step lies that is being written. */
    String operand(int input) {
        return at(arena.reads().get(now).get(input));
    }

    /** Where its result goes. */
    String result() {
        return at(arena.offsets()[now]);
    }

    static String at(int offset) {
        return offset == 0 ? "arena" : "arena + " + offset;
    }

    LayerData.Sums sums(Node node, Layer layer, Signal x) {
        QuantizedTensor weights = model.parameters().quantized(layer.weight());
        SignalGrid grid = new SignalGrid((float) x.step(), -x.least());
        Optional<IntegerBias> bias = layer.bias().map(slice -> IntegerBias.of(model.parameters().value(slice), weights, grid)
                .orElseThrow(() -> NoIntegerFormException.of(node, "its weights are so close to zero that its bias is beyond an int32")));
        return LayerData.Sums.of(weights, bias, x, grid.scale());
    }
}
