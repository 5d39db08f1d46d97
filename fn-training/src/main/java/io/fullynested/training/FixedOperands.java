package io.fullynested.training;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.Parameters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Tensor;

/** The numbers of a finished model. Tensors are made once, when they are first asked for, and live until this is closed. */
final class FixedOperands implements Operands, AutoCloseable {

    private final Parameters parameters;
    private final TorchDevice device;
    private final Map<Object, Tensor> made = new ConcurrentHashMap<>();

    FixedOperands(Parameters parameters, TorchDevice device) {
        this.parameters = parameters;
        this.device = device;
    }

    @Override
    public Tensor weight(Weight weight) {
        return made.computeIfAbsent(weight, w -> tensor(parameters.value(weight)));
    }

    @Override
    public Tensor values(ParameterSlice slice) {
        return made.computeIfAbsent(slice, s -> tensor(parameters.value(slice)));
    }

    @Override
    public float clip(FakeQuantize quantizer, Tensor x) {
        return parameters.value(quantizer.clip()).data()[0];
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
