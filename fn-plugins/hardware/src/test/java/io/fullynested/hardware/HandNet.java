package io.fullynested.hardware;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes small graphs node by node. */
final class HandNet {

    private final List<Node> nodes = new ArrayList<>();

    /**
     * Two quantised convolutions with folded batch norms, of 3 and 8 bits, and a float dense layer with bias. In steps, with the bytes of
     * weights and results:
     *
     * <pre>
     * 0  input, 8 bits                               32
     * 1  3×3 conv 2→5, norm, relu, 4 bits   74       40   1440 MACs of 3 × 8 bits
     * 2  max pool                                    10
     * 3  slice                                        8
     * 4  1×1 conv 4→6 in 2 groups, 6 bits   60       18     48 MACs of 8 × 4 bits
     * 5  concat of 3 and 4                           30
     * 6  permute, flatten                            30
     * 7  dense 40→3                        492       12    120 MACs of 32 × 6 bits
     * </pre>
     */
    static Graph quantized() {
        HandNet net = new HandNet();
        int input = net.add(new Input(Shape.image(2, 4, 4)), Shape.image(2, 4, 4));
        int x = net.quantize(input, 8, true);
        // 5×2×3×3 = 90 weights at 3 bits, 4×4 pixels
        int conv = net.add(convolution(3, 5, 2, 3, 1), Shape.image(5, 4, 4), x);
        x = net.quantize(net.relu(net.norm(conv)), 4, false);
        x = net.add(new MaxPool(new Window(2, 2, 0, 1)), Shape.image(5, 2, 2), x);
        x = net.add(new Slice(0, 4), Shape.image(4, 2, 2), x);
        // 6×(4/2)×1×1 = 12 weights at 8 bits, 2×2 pixels
        int grouped = net.add(convolution(8, 6, 2, 1, 2), Shape.image(6, 2, 2), x);
        int y = net.quantize(net.norm(grouped), 6, true);
        x = net.add(new Concat(), Shape.image(10, 2, 2), x, y);
        x = net.add(new Permute(List.of(1, 0, 2, 3, 4, 5, 6, 7, 8, 9)), Shape.image(10, 2, 2), x);
        x = net.add(new Flatten(), Shape.flat(40), x);
        // 3×40 = 120 float weights
        net.add(new Dense(weight(Weight.FLOAT, 3, 40), Optional.of(ParameterSlice.whole("b", 3))), Shape.flat(3), x);
        return net.graph();
    }

    Graph graph() {
        return new Graph(nodes);
    }

    int add(Operator operator, Shape shape, Integer... inputs) {
        nodes.add(new Node("node" + nodes.size(), operator, List.of(inputs), shape));
        return nodes.size() - 1;
    }

    int quantize(int x, int bits, boolean signed) {
        return add(new FakeQuantize(bits, signed, ParameterSlice.whole("clip" + nodes.size())), nodes.get(x).shape(), x);
    }

    int relu(int x) {
        return add(new Activate(Activation.RELU), nodes.get(x).shape(), x);
    }

    int norm(int x) {
        ParameterSlice vector = ParameterSlice.whole("norm" + nodes.size(), nodes.get(x).shape().channels());
        return add(new BatchNorm(vector, vector, vector, vector, 1e-5), nodes.get(x).shape(), x);
    }

    static Operator convolution(int bits, int out, int in, int kernel, int groups) {
        return new Convolution(weight(bits, out, in, kernel, kernel), Optional.empty(), Window.of(kernel), groups);
    }

    static Weight weight(int bits, int... shape) {
        return new Weight(ParameterSlice.whole("w", shape), bits);
    }
}
