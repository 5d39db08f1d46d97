package io.fullynested.testkit;

import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A backend that only runs networks; {@link #run} says how. */
abstract class RunOnly implements Backend {

    @Override
    public abstract Tensor run(Model model, Tensor images);

    @Override
    public String name() {
        return getClass().getSimpleName();
    }

    @Override
    public List<ComputeDevice> devices() {
        return List.of(ComputeDevice.CPU);
    }

    @Override
    public String limit() {
        return "it is there to compare with";
    }

    @Override
    public Executable bind(Model model, ComputeDevice device) {
        require(device);
        return new Executable() {
            @Override
            public Tensor run(Tensor images) {
                return RunOnly.this.run(model, images);
            }

            @Override
            public Map<String, Tensor> recalibrate(Tensor images) {
                throw new UnsupportedOperationException(name() + " takes statistics, and gives none");
            }

            @Override
            public Tensor runAsInTraining(Tensor images) {
                throw new UnsupportedOperationException(name() + " takes statistics, and gives none");
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }

    @Override
    public void close() {
        // holds nothing
    }
}
