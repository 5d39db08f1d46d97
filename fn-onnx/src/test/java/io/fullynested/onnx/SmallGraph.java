package io.fullynested.onnx;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A graph of a few operators with random parameters. */
final class SmallGraph {

    private final Random random = new Random(3);
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, QuantizedTensor> codes = new HashMap<>();

    SmallGraph(Shape input) {
        nodes.add(new Node("input", new Input(input), List.of(), input));
    }

    /** Adds a node that takes the results of others. */
    int node(String name, Operator operator, Shape shape, int... inputs) {
        nodes.add(new Node(name, operator, Arrays.stream(inputs).boxed().toList(), shape));
        return nodes.size() - 1;
    }

    /** Adds a rounding of a signal. */
    int quantize(int bits, boolean signed, float clip, int input) {
        return quantize(bits, bits, signed, clip, input);
    }

    /** Adds one that keeps the leading bits of a code. */
    int quantize(int bits, int roundedBits, boolean signed, float clip, int input) {
        Node node = nodes.get(input);
        return node(node.name() + "/quantize", new FakeQuantize(bits, signed, fixed(node.name() + "/clip", Tensor.scalar(clip)), 1, roundedBits),
                node.shape(), input);
    }

    ParameterSlice fixed(String name, Tensor tensor) {
        tensors.put(name, tensor);
        return ParameterSlice.whole(name, tensor.shape());
    }

    ParameterSlice uniform(String name, float from, float to, int... shape) {
        return fixed(name, uniform(from, to, shape));
    }

    Tensor uniform(float from, float to, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.data().length; i++) {
            tensor.data()[i] = from + (to - from) * random.nextFloat();
        }
        return tensor;
    }

    Weight weight(String name, int bits, int... shape) {
        Tensor tensor = uniform(-0.5f, 0.5f, shape);
        Weight weight = new Weight(ParameterSlice.whole(name, shape), bits);
        if (weight.quantized()) {
            codes.put(name, new Parameters(Map.of(name, tensor), new MidRise(2)).quantized(weight));
        } else {
            tensors.put(name, tensor);
        }
        return weight;
    }

    Model model() {
        return IntegerBias.round(new Model(new Graph(nodes), Parameters.constants(tensors, codes)));
    }

    /** Inputs in −1..1. */
    Tensor batch(int images) {
        Shape shape = nodes.get(0).shape();
        return uniform(-1, 1, IntStream.concat(IntStream.of(images), Arrays.stream(shape.extents())).toArray());
    }
}
