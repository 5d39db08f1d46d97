package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterRole;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.Parameters;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The numbers of a finished model, as tensors that live until this is closed. All are made at once, so that nothing here holds those that they are
 * made of, which may be gone from memory then.
 */
final class FixedOperands implements Operands, AutoCloseable {

    private final TorchDevice device;
    private final Map<Object, Tensor> made = new HashMap<>();
    private final Map<String, Float> clips = new HashMap<>();

    /**
     * Makes the tensors that a graph takes.
     *
     * @param parameters may lack some, such as the statistics of batch norms that are not looked at
     */
    FixedOperands(Graph graph, Parameters parameters, TorchDevice device) {
        this.device = device;
        for (Node node : graph.nodes()) {
            node.operator().mapParameters(weight -> {
                made.computeIfAbsent(weight, one -> tensor(parameters.value(weight)));
                return weight;
            }, (role, slice) -> {
                if (role == ParameterRole.CLIP && parameters.holds(slice.parameter())) {
                    clips.put(slice.parameter(), parameters.value(slice).data()[0]);
                } else if (parameters.holds(slice.parameter())) {
                    made.computeIfAbsent(slice, one -> tensor(parameters.value(slice)));
                }
                return slice;
            });
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

    private Tensor tensor(io.fullynested.core.tensor.Tensor values) {
        Tensor tensor = device.tensor(values.data(), values.shape());
        // the scope that is open now lets go of it when it is closed
        tensor.retainReference();
        return tensor;
    }

    @Override
    public void close() {
        made.values().forEach(Tensor::close);
        made.clear();
    }
}
