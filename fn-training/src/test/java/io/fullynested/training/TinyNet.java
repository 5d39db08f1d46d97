package io.fullynested.training;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.MasterParameter.Role;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A graph made by hand together with its masters. */
final class TinyNet {

    private final List<Node> nodes = new ArrayList<>();
    private final List<MasterParameter> masters = new ArrayList<>();
    private final Map<String, Tensor> values = new TreeMap<>();
    private final SplittableRandom random = new SplittableRandom(5);

    TinyNet(Shape input) {
        nodes.add(new Node("input", new Input(input), List.of(), input));
    }

    /** A pointwise convolution whose weight is a slice with a gap of a larger master; what is tested stands behind it. */
    static TinyNet behindConvolution(int channels) {
        TinyNet net = new TinyNet(Shape.image(2, 5, 5));
        IndexRanges gap = IndexRanges.prefix(2).append(3, IndexRanges.prefix(channels - 2));
        return net.add(new Convolution(net.weight("first", Weight.FLOAT, new int[] {channels + 3, 4, 1, 1},
                gap, IndexRanges.prefix(2), IndexRanges.prefix(1), IndexRanges.prefix(1)), Optional.empty(), new Window(1, 1, 0, 1), 1),
                Shape.image(channels, 5, 5));
    }

    /** Adds an operator on the last result, or on the given ones. */
    TinyNet add(Operator operator, Shape shape, Integer... inputs) {
        List<Integer> positions = inputs.length > 0 ? List.of(inputs) : List.of(nodes.size() - 1);
        nodes.add(new Node("node" + nodes.size(), operator, positions, shape));
        return this;
    }

    int last() {
        return nodes.size() - 1;
    }

    ParameterSlice master(String name, Role role, int[] shape, IndexRanges... ranges) {
        masters.add(new MasterParameter(name, shape, role, 1));
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.data().length; i++) {
            tensor.data()[i] = (float) (random.nextGaussian() * 0.7 + (role == Role.GAMMA ? 1 : 0));
        }
        values.put(name, tensor);
        return new ParameterSlice(name, List.of(ranges));
    }

    Weight weight(String name, int bits, int[] shape, IndexRanges... ranges) {
        return new Weight(master(name, Role.WEIGHT, shape, ranges), bits);
    }

    /** A slice that is the prefix of a master with one element more. */
    ParameterSlice vector(String name, Role role, int size) {
        return master(name, role, new int[] {size + 1}, IndexRanges.prefix(size));
    }

    ParameterSlice clip(String name, float value) {
        ParameterSlice slice = master(name, Role.CLIP, new int[0]);
        values.put(name, Tensor.scalar(value));
        return slice;
    }

    BatchNorm batchNorm(String name, int channels) {
        return new BatchNorm(vector(name + "/gamma", Role.GAMMA, channels), vector(name + "/beta", Role.BETA, channels),
                ParameterSlice.whole(name + "/mean", channels), ParameterSlice.whole(name + "/variance", channels), 1e-5);
    }

    LayerNorm layerNorm(String name, int channels) {
        return new LayerNorm(vector(name + "/gamma", Role.GAMMA, channels), vector(name + "/beta", Role.BETA, channels), 1e-5);
    }

    Graph graph() {
        return new Graph(nodes);
    }

    Map<String, Tensor> values() {
        return values;
    }

    List<MasterParameter> masters() {
        return masters;
    }

    Model model() {
        return new Model(graph(), parameters(values));
    }

    static Parameters parameters(Map<String, Tensor> values) {
        return new Parameters(values, new MidRise(2));
    }

    /** Images of normally distributed numbers. */
    Tensor images(int n) {
        Shape shape = nodes.get(0).shape();
        return random(new SplittableRandom(9), n, shape.channels(), shape.height(), shape.width());
    }

    static Tensor random(SplittableRandom random, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.data().length; i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}
