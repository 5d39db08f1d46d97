package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether an engine computes what the reference interpreter computes, operator by operator, each on the interpreter's inputs: so
 * errors cannot add up. A code differs where a last bit decides how a number is rounded; such neighbours are counted.
 */
final class OperatorParity {

    private final Backend engine;
    private final Predicate<Node> compared;
    private long codes;
    private long neighbours;

    OperatorParity(Backend engine) {
        this(engine, node -> true);
    }

    /** @param compared which nodes are compared */
    OperatorParity(Backend engine, Predicate<Node> compared) {
        this.engine = engine;
        this.compared = compared;
    }

    /** Compares all that is not rounded, within 1e-4 of its magnitude. */
    void checkOperators(Model model, Tensor images, Object network) {
        List<Tensor> trace = trace(model, images);
        for (int i = 1; i < trace.size(); i++) {
            Node node = model.graph().node(i);
            if (node.quantizer().isEmpty() && compared.test(node)) {
                double difference = Differences.greatest(run(model, List.of(node), trace), trace.get(i));
                assertThat(difference).as("%s of %s", node, network).isLessThanOrEqualTo(1e-4 * unit(model, node, trace.get(i), trace));
            }
        }
    }

    /** Compares the codes of rounded signals, within one step. */
    void checkCodes(Model model, Tensor images, Object network) {
        List<Tensor> trace = trace(model, images);
        for (int i = 1; i < trace.size(); i++) {
            Optional<FakeQuantize> quantizer = model.graph().node(i).quantizer();
            if (quantizer.isPresent() && compared.test(model.graph().node(i))) {
                Tensor actual = run(model, chainUpTo(model.graph(), i), trace);
                double step = step(quantizer.get(), model.parameters());
                assertThat(Differences.greatest(actual, trace.get(i))).as("%s of %s", model.graph().node(i), network)
                        .isLessThan(1.001 * step);
                for (int j = 0; j < actual.data().length; j++) {
                    codes++;
                    neighbours += Math.abs(actual.data()[j] - trace.get(i).data()[j]) > step / 2 ? 1 : 0;
                }
            }
        }
    }

    /** How many codes were compared. */
    long codes() {
        return codes;
    }

    /** How many of them were neighbours of the right one. */
    long neighbours() {
        return neighbours;
    }

    private static List<Tensor> trace(Model model, Tensor images) {
        try (EjmlInterpreter interpreter = new EjmlInterpreter()) {
            return interpreter.trace(model, images);
        }
    }

    private Tensor run(Model model, List<Node> chain, List<Tensor> trace) {
        Isolated isolated = Isolated.of(chain, chain.get(0).inputs().stream().map(trace::get).toList());
        return engine.run(new Model(isolated.graph(), model.parameters()), isolated.input());
    }

    /** What a difference is relative to: the result, or what a batch norm takes the mean off from to get it. */
    private static double unit(Model model, Node node, Tensor result, List<Tensor> trace) {
        double unit = Differences.magnitude(result);
        if (node.operator() instanceof BatchNorm norm) {
            double x = Differences.magnitude(trace.get(node.inputs().get(0)));
            for (double factor : RandomNetwork.factors(model, norm)) {
                unit = Math.max(unit, Math.abs(factor) * x);
            }
        }
        return unit;
    }

    /** The nodes since the last codes: a convolution, its norm and activation, and their rounding, as a runtime fuses them. */
    private static List<Node> chainUpTo(Graph graph, int last) {
        LinkedList<Node> chain = new LinkedList<>(List.of(graph.node(last)));
        int[] uses = graph.uses();
        while (chain.getFirst().inputs().size() == 1) {
            int before = chain.getFirst().inputs().get(0);
            if (uses[before] > 1 || graph.node(before).quantizer().isPresent() || graph.node(before).operator() instanceof Input) {
                break;
            }
            chain.addFirst(graph.node(before));
        }
        return new ArrayList<>(chain);
    }

    /** The distance of neighbouring codes, as they read. */
    static double step(FakeQuantize quantize, Parameters parameters) {
        return SignalGrid.of(quantize, parameters.value(quantize.clip()).data()[0]).scale();
    }
}
