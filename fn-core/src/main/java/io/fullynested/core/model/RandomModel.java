package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterRole;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A pass that gives a graph made-up numbers, for what depends on shapes and bits alone: how fast it runs, how much room it takes. */
public final class RandomModel {

    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, Tensor> tensors = new TreeMap<>();

    private RandomModel() {
    }

    /**
     * The network with numbers of its own, batch-norm statistics among them. The same graph gets the same numbers.
     *
     * @param quantizer how weights are read at fewer bits
     */
    public static Model of(Graph graph, Quantizer quantizer) {
        RandomModel model = new RandomModel();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            nodes.add(new Node(node.name(), node.operator().mapParameters(weight -> model.weight(node.name(), weight),
                    (role, slice) -> model.other(node.name(), role, slice)), node.inputs(), node.shape()));
        }
        return new Model(new Graph(nodes), new Parameters(model.tensors, quantizer));
    }

    private Weight weight(String node, Weight weight) {
        int[] shape = weight.slice().shape();
        Tensor tensor = Tensor.zeros(shape);
        double deviation = Math.sqrt(2.0 * shape[0] / tensor.data().length);
        for (int i = 0; i < tensor.data().length; i++) {
            tensor.data()[i] = (float) (deviation * random.nextGaussian());
        }
        return new Weight(put(node + "/weight", tensor), weight.bits());
    }

    private ParameterSlice other(String node, ParameterRole role, ParameterSlice slice) {
        Tensor tensor = Tensor.zeros(slice.shape());
        Arrays.fill(tensor.data(), switch (role) {
            case GAMMA, VARIANCE, DEVIATION -> 1f;
            case CLIP -> (float) (2 + 2 * random.nextDouble());
            case BIAS, BETA, TABLE -> 0.1f;
            case MEAN -> 0f;
            case WEIGHT -> throw new IllegalStateException("Weights of " + node + " come by themselves");
        });
        return put(node + "/" + role.id(), tensor);
    }

    private ParameterSlice put(String name, Tensor tensor) {
        tensors.put(name, tensor);
        return ParameterSlice.whole(name, tensor.shape());
    }
}
