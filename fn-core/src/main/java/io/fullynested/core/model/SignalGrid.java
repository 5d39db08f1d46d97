package io.fullynested.core.model;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the uint8 codes of a quantised signal stand for: code {@code q} for {@code scale · (q − zeroPoint)}, in float32.
 *
 * @param scale     distance between neighbouring codes
 * @param zeroPoint the code of zero
 */
public record SignalGrid(float scale, int zeroPoint) {

    /** The grid of k bits, as {@link FakeQuantize} says. */
    public static SignalGrid of(int bits, boolean signed, float clip) {
        return signed ? new SignalGrid((1 << 8 - bits) * (clip / 127), 1 << bits - 1) : new SignalGrid(clip / ((1 << bits) - 1), 0);
    }

    /** The grid of what a quantiser makes, by the number that its clip names. */
    public static SignalGrid of(FakeQuantize rounding, float number) {
        return of(rounding.bits(), rounding.signed(), rounding.greatest(number));
    }

    /**
     * The grids of the results of all nodes, in the order of the graph; empty where a result is not made of codes. Operators that only
     * move values keep the grid of their input.
     */
    public static List<Optional<SignalGrid>> all(Model model) {
        return all(model.graph(), rounding -> of(rounding, model.parameters().value(rounding.clip()).data()[0]));
    }

    /** The same of a graph whose numbers nobody asks for: what is said of a rounding instead, of which equal ones mean the same codes. */
    public static <T> List<Optional<T>> all(Graph graph, Function<FakeQuantize, T> grid) {
        List<Optional<T>> grids = new ArrayList<>();
        for (Node node : graph.nodes()) {
            grids.add(of(node, node.inputs().stream().map(grids::get).toList(), grid));
        }
        return grids;
    }

    private static <T> Optional<T> of(Node node, List<Optional<T>> inputs, Function<FakeQuantize, T> grid) {
        return node.rounding().map(rounding -> Optional.of(grid.apply(rounding)))
                .orElseGet(() -> node.operator().keepsCodes() && inputs.stream().allMatch(inputs.get(0)::equals) ? inputs.get(0) : Optional.empty());
    }
}
