package io.fullynested.core.interpreter;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.Samples;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * The reference backend: every operator in plain Java on EJML, without natives. Each operator computes in float64 and rounds its
 * result to float32 once, so that other backends can be held against it operator by operator.
 */
public final class EjmlInterpreter implements Backend {

    @Override
    public String name() {
        return "The reference interpreter";
    }

    @Override
    public List<ComputeDevice> devices() {
        return List.of(ComputeDevice.CPU);
    }

    @Override
    public String limit() {
        return "it is plain Java";
    }

    @Override
    public Executable bind(Model model, ComputeDevice device) {
        require(device);
        return new Interpreted(model);
    }

    /** The results of all nodes, in the order of the graph; the first ones are what goes in, the last one what a run returns. */
    public List<Tensor> trace(Model model, Tensor images) {
        return List.of(forward(model.graph(), images, true, (node, inputs) -> evaluate(node, model.parameters(), inputs)));
    }

    /**
     * Computes one node on given inputs.
     *
     * @param node       any but {@link Input}
     * @param parameters where its weights are
     * @param inputs     the results it takes, {@code [n, C, H, W]} or {@code [n, C]}
     * @throws IllegalStateException if the result is not of the shape that the graph says
     */
    public Tensor evaluate(Node node, Parameters parameters, List<Tensor> inputs) {
        Tensor result = node.operator().accept(new ReferenceKernels(parameters, inputs));
        int[] expected = batchShape(node.shape(), inputs.get(0).shape()[0]);
        if (!Arrays.equals(result.shape(), expected)) {
            throw new IllegalStateException("Node " + node.name() + " gives " + Arrays.toString(result.shape()) + ", but the graph says "
                    + Arrays.toString(expected));
        }
        return result;
    }

    @Override
    public void close() {
        // holds nothing
    }

    /** A model that is gone through node by node. */
    private final class Interpreted implements Executable {
        private final Model model;

        Interpreted(Model model) {
            this.model = model;
        }

        @Override
        public Tensor run(Tensor images) {
            Tensor[] results = forward(model.graph(), images, false, (node, inputs) -> evaluate(node, model.parameters(), inputs));
            return results[results.length - 1];
        }

        @Override
        public Map<String, Tensor> recalibrate(Tensor images) {
            Map<String, Tensor> statistics = new TreeMap<>();
            normalized(images, statistics);
            return statistics;
        }

        @Override
        public Tensor runAsInTraining(Tensor images) {
            return normalized(images, new TreeMap<>());
        }

        private Tensor normalized(Tensor images, Map<String, Tensor> statistics) {
            if (images.shape()[0] < 2) {
                throw new IllegalArgumentException("Statistics need at least 2 images, found " + images.shape()[0]);
            }
            Tensor[] results = forward(model.graph(), images, false, (node, inputs) -> {
                if (!(node.operator() instanceof BatchNorm norm)) {
                    return evaluate(node, model.parameters(), inputs);
                }
                BatchStatistics batch = BatchStatistics.of(inputs.get(0));
                statistics.put(norm.mean().parameter(), batch.mean());
                statistics.put(norm.variance().parameter(), batch.variance());
                return Pointwise.batchNorm(inputs.get(0), model.parameters().value(norm.gamma()), model.parameters().value(norm.beta()),
                        batch.mean(), batch.variance(), norm.epsilon());
            });
            return results[results.length - 1];
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static Tensor[] forward(Graph graph, Tensor images, boolean keepAll, BiFunction<Node, List<Tensor>, Tensor> step) {
        List<Tensor> parts = Samples.parts(images, graph.inputs().stream().map(Node::shape).toList());
        int[] uses = graph.uses();
        Tensor[] results = new Tensor[graph.nodes().size()];
        for (int i = 0; i < parts.size(); i++) {
            results[i] = parts.get(i);
        }
        for (int i = parts.size(); i < results.length; i++) {
            Node node = graph.node(i);
            results[i] = step.apply(node, node.inputs().stream().map(input -> results[input]).toList());
            for (int input : node.inputs()) {
                if (--uses[input] == 0 && !keepAll) {
                    results[input] = null;
                }
            }
        }
        return results;
    }

    private static int[] batchShape(Shape shape, int batch) {
        return IntStream.concat(IntStream.of(batch), Arrays.stream(shape.extents())).toArray();
    }
}
