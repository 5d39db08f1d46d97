package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** Finds the clips of the signals of a network that was trained without codes, without what a training of it would hold. */
public final class SignalClips {

    /** Where masters come from. */
    public interface Numbers {

        /**
         * All of them by name.
         *
         * @throws IOException if they cannot be read
         */
        Map<String, Tensor> read() throws IOException;
    }

    private SignalClips() {
    }

    /**
     * Sets each clip by what the full network does to the images of a first step, as a training begins.
     *
     * @param masters all but the clips; nothing here holds them while images are computed
     * @param images  what they are drawn from
     * @param count   how many, at least 2
     * @return the clips by name, scalars
     * @throws IllegalArgumentException if there are fewer images
     * @throws IOException              if the masters cannot be read
     */
    @SuppressWarnings("try") // the scope and the guard work by being open
    public static Map<String, Tensor> of(Supernet net, Numbers masters, Dataset images, int count, long seed, int threads) throws IOException {
        LibTorch.load(threads);
        Graph full = net.compile(net.axes().full());
        try (PointerScope scope = new PointerScope(); NoGradGuard inference = new NoGradGuard();
                FixedOperands fixed = new FixedOperands(full, new Parameters(masters.read(), net.spec().quantization().quantizer()), TorchDevice.CPU)) {
            System.gc();
            Batch batch = new BatchReader(images, count, 1, Augmentation.NONE, new Randomness(seed), Ranks.ALONE).read(0);
            Observing operands = new Observing(fixed, net.spec().quantization().trackedClip(), new TreeMap<>(), new TreeMap<>());
            net.masters().stream().filter(master -> master.role() == MasterParameter.Role.BOUND)
                    .forEach(bound -> operands.given.put(bound.name(), Tensor.scalar((float) bound.initial())));
            new ForwardPass(full, operands, Normalization.batch()).run(LibTorch.inputs(batch.pixels(), 0, count, net.spec().parts()));
            operands.clips.putAll(operands.given);
            return operands.clips;
        }
    }

    /**
     * Lets each signal say what its clip is.
     *
     * @param given clips that follow no signal
     * @param clips those that do
     */
    private record Observing(Operands fixed, double multiple, Map<String, Tensor> given, Map<String, Tensor> clips) implements Operands {

        @Override
        public org.bytedeco.pytorch.Tensor weight(Weight weight) {
            return fixed.weight(weight);
        }

        @Override
        public org.bytedeco.pytorch.Tensor values(ParameterSlice slice) {
            return fixed.values(slice);
        }

        @Override
        public float clip(FakeQuantize quantizer, org.bytedeco.pytorch.Tensor x) {
            String name = quantizer.clip().parameter();
            if (given.containsKey(name)) {
                return quantizer.greatest(given.get(name).data()[0]);
            }
            float clip = ClipTracker.observed(quantizer, x, multiple);
            clips.put(name, Tensor.scalar(clip));
            return quantizer.greatest(clip);
        }
    }
}
