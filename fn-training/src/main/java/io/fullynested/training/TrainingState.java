package io.fullynested.training;

import io.fullynested.core.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Scalar;

/**
 * All numbers that training changes, and the only place to have such from. Each entry has a name and a role, and the role says how ranks agree on
 * it. Whatever concerns all of them goes over this one list: to keep a training and to go on with it, to make ranks agree, to free the memory.
 */
final class TrainingState implements AutoCloseable {

    private final Map<String, Entry> entries = new TreeMap<>();
    private final TorchDevice device;

    /** One whose vectors lie on a device. */
    TrainingState(TorchDevice device) {
        this.device = device;
    }

    /** Where the vectors lie. */
    TorchDevice device() {
        return device;
    }

    /** How ranks come to have the same bytes. */
    enum Agreement {
        /** They begin with the same, and do the same to it. */
        SAME,
        /** By the mean of theirs, each weighted by its images. */
        MEAN
    }

    /** What an entry is for. */
    enum Role {
        /** What gradients move: weights, biases, batch norms. */
        VALUES(Agreement.SAME, true),
        /** The gradient of a step; the next one makes its own. */
        GRADIENT(Agreement.MEAN, false),
        /** What an update rule remembers of the gradients before. */
        MEMORY(Agreement.SAME, true),
        /** The mean of the values over time. */
        AVERAGE(Agreement.SAME, true),
        /** A clip, which follows the images. */
        CLIP(Agreement.MEAN, true),
        /** Mean or deviation of the input. */
        INPUT(Agreement.SAME, true),
        /** How far it is. */
        COUNT(Agreement.SAME, true);

        private final Agreement agreement;
        private final boolean kept;

        Role(Agreement agreement, boolean kept) {
            this.agreement = agreement;
            this.kept = kept;
        }

        /** How ranks agree on it. */
        Agreement agreement() {
            return agreement;
        }

        /** Whether a training that goes on needs it. */
        boolean kept() {
            return kept;
        }
    }

    private interface Entry {

        Role role();

        int[] shape();

        /** A copy of its numbers. */
        float[] numbers();

        void set(float[] numbers);
    }

    private record Native(Role role, org.bytedeco.pytorch.Tensor vector) implements Entry {
        @Override
        public int[] shape() {
            return LibTorch.shape(vector);
        }

        @Override
        public float[] numbers() {
            return LibTorch.floats(vector);
        }

        @Override
        public void set(float[] numbers) {
            LibTorch.put(vector, numbers);
        }
    }

    private record InJava(Role role, Tensor tensor) implements Entry {
        @Override
        public int[] shape() {
            return tensor.shape();
        }

        @Override
        public float[] numbers() {
            return tensor.data().clone();
        }

        @Override
        public void set(float[] numbers) {
            System.arraycopy(numbers, 0, tensor.data(), 0, numbers.length);
        }
    }

    /** A native vector of zeros on the device, for many numbers; this state closes it. */
    org.bytedeco.pytorch.Tensor vector(String name, Role role, long size) {
        org.bytedeco.pytorch.Tensor vector = device.zeros(size);
        add(name, new Native(role, vector));
        return vector;
    }

    /** A tensor of zeros in Java, for few numbers. */
    Tensor tensor(String name, Role role, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        add(name, new InJava(role, tensor));
        return tensor;
    }

    private void add(String name, Entry entry) {
        if (entries.putIfAbsent(name, entry) != null) {
            throw new IllegalArgumentException("There are two of the name " + name + " that training would change");
        }
    }

    /** Sets all of a role to zero. */
    void clear(Role role) {
        entries.values().stream().filter(entry -> entry.role() == role).forEach(entry -> entry.set(new float[Tensor.elements(entry.shape())]));
    }

    /** A copy of all that a training needs to go on, by name. */
    Map<String, Tensor> kept() {
        Map<String, Tensor> kept = new TreeMap<>();
        entries.forEach((name, entry) -> {
            if (entry.role().kept()) {
                kept.put(name, new Tensor(entry.shape(), entry.numbers()));
            }
        });
        return kept;
    }

    /**
     * Puts what {@link #kept} gave in the place of what is here.
     *
     * @throws IllegalArgumentException if it is of another network, or of other options; nothing is changed then
     */
    void restore(Map<String, Tensor> kept) {
        Map<String, Entry> expected = new TreeMap<>(entries);
        expected.values().removeIf(entry -> !entry.role().kept());
        expected.forEach((name, entry) -> {
            int[] found = kept.containsKey(name) ? kept.get(name).shape() : null;
            if (!Arrays.equals(entry.shape(), found)) {
                throw new IllegalArgumentException("The state is of another training: " + name + " should be " + Arrays.toString(entry.shape())
                        + ", found " + (found == null ? "nothing" : Arrays.toString(found)));
            }
        });
        expected.forEach((name, entry) -> entry.set(kept.get(name).data()));
    }

    /**
     * Makes the entries of which ranks take the {@linkplain Agreement#MEAN mean} the same on all of them.
     *
     * @param images  of this rank, its weight
     * @param figures others that the mean is taken of
     * @return the means of the figures
     */
    float[] agree(Ranks ranks, int images, float... figures) {
        List<Entry> all = entries.values().stream().filter(entry -> entry.role().agreement() == Agreement.MEAN).toList();
        List<Entry> shared = all.stream().filter(entry -> !(entry instanceof Native)).toList();
        int size = shared.stream().mapToInt(entry -> Tensor.elements(entry.shape())).sum();
        FloatBuffer sums = FloatBuffer.allocate(1 + figures.length + size).put(1).put(figures);
        shared.forEach(entry -> sums.put(entry.numbers()));
        float[] few = sums.array();
        for (int i = 0; i < few.length; i++) {
            few[i] *= images;
        }
        ranks.sum(few);
        for (int i = 1; i < few.length; i++) {
            few[i] /= few[0];
        }
        // many numbers stay where they are
        all.stream().filter(Native.class::isInstance).map(entry -> ((Native) entry).vector()).forEach(vector -> {
            try (Scalar share = new Scalar((double) images / few[0])) {
                vector.mul_(share);
            }
            NativeRanks.sum(ranks, vector);
        });
        float[] means = new float[figures.length];
        sums.position(1).get(means);
        shared.forEach(entry -> {
            float[] numbers = new float[Tensor.elements(entry.shape())];
            sums.get(numbers);
            entry.set(numbers);
        });
        return means;
    }

    @Override
    public void close() {
        entries.values().stream().filter(Native.class::isInstance).forEach(entry -> ((Native) entry).vector().close());
    }
}
