package io.fullynested.training;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.NoNativeLibraryException;
import io.fullynested.core.engine.WrongResultsException;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/** What a submodel's loss teaches the masters of its supernet. */
public final class SubmodelGradients {

    private SubmodelGradients() {
    }

    /**
     * The gradients of the mean cross-entropy, batch norms taking the statistics of the images.
     *
     * @param masters the numbers of all master tensors by name
     * @param images  {@code [n, C, H, W]}, n at least 2
     * @param labels  n labels, 0..classes−1
     * @return for each trained master a tensor of its full shape, zero where the submodel does not use it
     * @throws NoNativeLibraryException if LibTorch has no binary for this platform
     * @throws WrongResultsException    if it computes wrongly on this processor
     */
    public static Map<String, Tensor> of(Supernet net, SubmodelSpec selection, Map<String, Tensor> masters, Tensor images, int[] labels) {
        LibTorch.load(1);
        return computed(net, selection, masters, images, labels);
    }

    /** The same with the library loaded, and as many threads as it has. */
    static Map<String, Tensor> computed(Supernet net, SubmodelSpec selection, Map<String, Tensor> masters, Tensor images, int[] labels) {
        return computed(net, selection, masters, images, labels, LearningPass::of, new TreeMap<>());
    }

    /**
     * The same by some kind of pass.
     *
     * @param clips told what clips should be, by their names
     */
    @SuppressWarnings("try") // the scope works by being open
    static Map<String, Tensor> computed(Supernet net, SubmodelSpec selection, Map<String, Tensor> masters, Tensor images, int[] labels,
                                        BiFunction<Graph, TrainedOperands, LearningPass> passes, Map<String, Float> clips) {
        int[] shape = images.shape();
        try (PointerScope scope = new PointerScope(); TrainingState state = new TrainingState(TorchDevice.CPU);
                Masters values = new Masters(state, net.masters(), masters);
                Gradients gradients = new Gradients(values, torch.zeros(values.values().numel()))) {
            TrainedOperands operands = new TrainedOperands(values, new ClipTracker(values, net.spec().quantization().trackedClip()), net.spec().quantization().quantizer(),
                    TrainedOperands.Clips.OBSERVE, true);
            LearningPass pass = passes.apply(net.compile(selection), operands);
            org.bytedeco.pytorch.Tensor logits = pass.run(LibTorch.inputs(images.data(), 0, shape[0], net.spec().parts()));
            torch.cross_entropy_loss(logits, org.bytedeco.pytorch.Tensor.create(LibTorch.longs(labels))).backward();
            pass.learn();
            operands.addTo(gradients);
            clips.putAll(operands.observed());
            Map<String, Tensor> trained = new TreeMap<>(values.copy(gradients.vector()));
            trained.keySet().retainAll(net.masters().stream().filter(master -> master.role().trained()).map(MasterParameter::name).toList());
            return trained;
        }
    }
}
