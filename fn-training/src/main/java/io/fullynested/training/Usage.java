package io.fullynested.training;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Supernet;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Which numbers of the masters submodels use, as vectors laid out as {@link Masters#values()}. */
final class Usage {

    /** Submodels drawn to tell how often each number is used. */
    private static final int SAMPLE = 500;

    private Usage() {
    }

    /** How many of some submodels use each number; the caller's to close. */
    @SuppressWarnings("try") // the scope works by being open
    static Tensor count(Supernet net, Masters masters, List<SubmodelSpec> submodels) {
        Tensor counts = masters.device().zeros(masters.values().numel());
        try (Gradients parts = new Gradients(masters, counts)) {
            for (SubmodelSpec submodel : submodels) {
                try (PointerScope scope = new PointerScope()) {
                    GraphPasses.slices(net.compile(submodel)).stream().filter(slice -> parts.holds(slice.parameter()))
                            .forEach(slice -> parts.add(slice, masters.device().bring(torch.ones(LibTorch.longs(slice.shape())))));
                }
            }
        }
        return counts;
    }

    /** One for what a submodel uses and another does not, else zero; the caller's to close. */
    @SuppressWarnings("try")
    static Tensor mask(Supernet net, Masters masters, SubmodelSpec uses, List<SubmodelSpec> usesNot) {
        Tensor mask = count(net, masters, List.of(uses));
        try (PointerScope scope = new PointerScope()) {
            mask.sub_(count(net, masters, usesNot)).clamp_min_(new Scalar(0));
        }
        return mask;
    }

    /** The share of the submodels of a training that use a number, to the power of {@code −exponent}; the caller's to close. */
    @SuppressWarnings("try")
    static Tensor scale(Supernet net, Masters masters, SubmodelSampler sampler, int submodelsPerStep, double exponent) {
        int steps = Math.max(1, SAMPLE / submodelsPerStep);
        List<SubmodelSpec> drawn = IntStream.range(0, steps).boxed().flatMap(step -> sampler.draw(step, steps).stream()).toList();
        Tensor share = count(net, masters, drawn);
        try (PointerScope scope = new PointerScope()) {
            // what is never drawn has no gradient either
            share.clamp_min_(new Scalar(1)).div_(new Scalar((double) drawn.size())).pow_(new Scalar(-exponent));
        }
        return share;
    }
}
