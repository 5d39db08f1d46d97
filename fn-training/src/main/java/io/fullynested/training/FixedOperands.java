package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterRole;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.Parameters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The numbers of a finished model, as tensors that live until this is closed. All are made at once, so that nothing here holds those that they are
 * made of, which may be gone from memory then. They lie side by side in one block, which malloc gives back to the system as a whole.
 */
final class FixedOperands implements Operands, AutoCloseable {

    /** Floats that each tensor starts at a multiple of: 256 bytes, as LibTorch aligns its own on any device. */
    private static final int ALIGNED = 64;

    private final Map<Object, Tensor> made = new HashMap<>();
    private final Map<String, Float> clips = new HashMap<>();

    /**
     * Makes the tensors that a graph takes.
     *
     * @param parameters may lack some, such as the statistics of batch norms that are not looked at
     */
    FixedOperands(Graph graph, Parameters parameters, TorchDevice device) {
        Map<Object, int[]> shapes = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            node.operator().mapParameters(weight -> {
                shapes.put(weight, weight.slice().shape());
                return weight;
            }, (role, slice) -> {
                if (role == ParameterRole.CLIP && parameters.holds(slice.parameter())) {
                    clips.put(slice.parameter(), parameters.value(slice).data()[0]);
                } else if (parameters.holds(slice.parameter())) {
                    shapes.put(slice, slice.shape());
                }
                return slice;
            });
        }
        try (Tensor block = device.bring(block(shapes, parameters))) {
            long[] next = {0};
            shapes.forEach((operand, shape) -> made.put(operand, lasting(part(block, next, shape), shape)));
        }
    }

    /** All numbers, each operand's at the next place that is {@link #ALIGNED}. */
    private static Tensor block(Map<Object, int[]> shapes, Parameters parameters) {
        Tensor block = torch.empty(shapes.values().stream().mapToLong(FixedOperands::room).sum());
        long[] next = {0};
        shapes.forEach((operand, shape) -> {
            try (Tensor part = part(block, next, shape)) {
                LibTorch.put(part, (operand instanceof Weight weight ? parameters.value(weight) : parameters.value((ParameterSlice) operand)).data());
            }
        });
        return block;
    }

    private static long room(int[] shape) {
        return (io.fullynested.core.tensor.Tensor.elements(shape) + ALIGNED - 1L) / ALIGNED * ALIGNED;
    }

    private static Tensor part(Tensor block, long[] next, int[] shape) {
        Tensor part = block.narrow(0, next[0], io.fullynested.core.tensor.Tensor.elements(shape));
        next[0] += room(shape);
        return part;
    }

    private static Tensor lasting(Tensor part, int[] shape) {
        try (part) {
            Tensor tensor = part.view(LibTorch.longs(shape));
            // the scope that is open now lets go of it when it is closed
            tensor.retainReference();
            return tensor;
        }
    }

    @Override
    public Tensor weight(Weight weight) {
        return present(made.get(weight), weight.slice().parameter());
    }

    @Override
    public Tensor values(ParameterSlice slice) {
        return present(made.get(slice), slice.parameter());
    }

    @Override
    public float clip(FakeQuantize quantizer, Tensor x) {
        return quantizer.greatest(present(clips.get(quantizer.clip().parameter()), quantizer.clip().parameter()));
    }

    private static <T> T present(T found, String name) {
        if (found == null) {
            throw Parameters.missing(name);
        }
        return found;
    }

    @Override
    public void close() {
        made.values().forEach(Tensor::close);
        made.clear();
    }
}
