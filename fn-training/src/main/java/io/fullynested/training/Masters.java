package io.fullynested.training;

import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.MasterParameter.Role;
import io.fullynested.core.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The master tensors while they are trained. All that a gradient moves lies in one native vector, the decayed weights first, and its
 * {@link Gradients} in others of the same layout: an update is a few operations on the vectors, an all-reduce one. A master is a view
 * of its part.
 */
final class Masters implements AutoCloseable {

    private final List<MasterParameter> parameters;
    /** Masters that no gradient moves, by name; these have a slash in theirs. */
    private final Map<String, Tensor> constants = new TreeMap<>();
    private final org.bytedeco.pytorch.Tensor values;
    private final Map<String, org.bytedeco.pytorch.Tensor> valueOf;
    private final long decayed;
    private final TorchDevice device;

    /**
     * Masters that are part of a state.
     *
     * @param initial the values to start from, one for each parameter
     */
    Masters(TrainingState state, List<MasterParameter> parameters, Map<String, Tensor> initial) {
        this.device = state.device();
        this.parameters = Stream.concat(parameters.stream().filter(p -> p.role() == Role.WEIGHT),
                parameters.stream().filter(p -> p.role() != Role.WEIGHT)).toList();
        long size = elements(this.parameters.stream().filter(p -> p.role().trained()));
        decayed = elements(this.parameters.stream().filter(p -> p.role() == Role.WEIGHT));
        values = state.vector("values", TrainingState.Role.VALUES, size);
        valueOf = views(values);
        parameters.stream().filter(p -> !p.role().trained()).forEach(p -> constants.put(p.name(), state.tensor(p.name(),
                p.role() == Role.CLIP ? TrainingState.Role.CLIP : TrainingState.Role.INPUT, p.shape())));
        replace(initial);
    }

    /** Puts other values in the place of all masters'. */
    void replace(Map<String, Tensor> others) {
        for (MasterParameter parameter : parameters) {
            Tensor other = others.get(parameter.name());
            if (parameter.role().trained()) {
                LibTorch.put(valueOf.get(parameter.name()), other.data());
            } else {
                System.arraycopy(other.data(), 0, constants.get(parameter.name()).data(), 0, other.data().length);
            }
        }
    }

    /** Whether a clip follows its signal, and is not given. */
    boolean follows(String clip) {
        return parameters.stream().anyMatch(p -> p.role() == Role.CLIP && p.name().equals(clip));
    }

    private static long elements(Stream<MasterParameter> some) {
        return some.mapToLong(p -> Tensor.elements(p.shape())).sum();
    }

    /** The masters that a gradient moves, each as a view of its part of a vector of this layout. */
    Map<String, org.bytedeco.pytorch.Tensor> views(org.bytedeco.pytorch.Tensor vector) {
        Map<String, org.bytedeco.pytorch.Tensor> views = new HashMap<>();
        long next = 0;
        for (MasterParameter parameter : parameters) {
            if (parameter.role().trained()) {
                int length = Tensor.elements(parameter.shape());
                try (org.bytedeco.pytorch.Tensor part = vector.narrow(0, next, length)) {
                    views.put(parameter.name(), part.view(LibTorch.longs(parameter.shape())));
                }
                next += length;
            }
        }
        return views;
    }

    /** All trained values as a vector. */
    org.bytedeco.pytorch.Tensor values() {
        return values;
    }

    /** Where the vectors lie, and all that is computed with them. */
    TorchDevice device() {
        return device;
    }

    /** The part of a vector of this layout that is of weights, which decay. */
    org.bytedeco.pytorch.Tensor weights(org.bytedeco.pytorch.Tensor vector) {
        return vector.narrow(0, 0, decayed);
    }

    /** A master that no gradient moves, its numbers to be written over; null if there is none of the name. */
    Tensor constant(String name) {
        return constants.get(name);
    }

    /** A copy of a whole trained master. */
    Tensor copyOf(String name) {
        org.bytedeco.pytorch.Tensor master = valueOf.get(name);
        return new Tensor(LibTorch.shape(master), LibTorch.floats(master));
    }

    /** A slice that may take gradients: a view of the master, or a copy if the slice has gaps. */
    org.bytedeco.pytorch.Tensor leaf(ParameterSlice slice, boolean learns) {
        return gather(valueOf.get(slice.parameter()), slice.ranges()).detach().set_requires_grad(learns);
    }

    /** A whole trained master, its numbers not to be written to. */
    org.bytedeco.pytorch.Tensor whole(String name) {
        return valueOf.get(name);
    }

    /** A part of a tensor: a view, or a copy if it has gaps. */
    static org.bytedeco.pytorch.Tensor gather(org.bytedeco.pytorch.Tensor master, List<IndexRanges> ranges) {
        org.bytedeco.pytorch.Tensor part = master;
        for (int d = 0; d < ranges.size(); d++) {
            IndexRanges range = ranges.get(d);
            if (range.ranges().size() == 1) {
                part = range.size() == part.size(d) ? part : part.narrow(d, range.ranges().get(0).from(), range.size());
            } else {
                part = part.index_select(d, TorchDevice.beside(part, org.bytedeco.pytorch.Tensor.create(LibTorch.longs(range.indices()))));
            }
        }
        return part;
    }

    /** A copy of all masters, the trained ones from a vector of their layout. */
    Map<String, Tensor> copy(org.bytedeco.pytorch.Tensor trained) {
        float[] all = LibTorch.floats(trained);
        Map<String, Tensor> copy = new TreeMap<>();
        constants.forEach((name, tensor) -> copy.put(name, new Tensor(tensor.shape(), tensor.data().clone())));
        int next = 0;
        for (MasterParameter parameter : parameters) {
            if (parameter.role().trained()) {
                Tensor tensor = Tensor.zeros(parameter.shape());
                System.arraycopy(all, next, tensor.data(), 0, tensor.data().length);
                next += tensor.data().length;
                copy.put(parameter.name(), tensor);
            }
        }
        return copy;
    }

    @Override
    public void close() {
        valueOf.values().forEach(org.bytedeco.pytorch.Tensor::close);
    }
}
