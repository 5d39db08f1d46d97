package io.fullynested.training;

import org.bytedeco.pytorch.Tensor;

/** Ranks that add up numbers where they lie. */
interface NativeRanks extends Ranks {

    /** As {@link #sum(float[])}, of a dense vector on any device; several at once are not needed. */
    void sum(Tensor numbers);

    /** The sum over all ranks in the place of a dense vector. */
    static void sum(Ranks ranks, Tensor numbers) {
        if (ranks instanceof NativeRanks direct) {
            direct.sum(numbers);
        } else {
            float[] copy = LibTorch.floats(numbers);
            ranks.sum(copy);
            LibTorch.put(numbers, copy);
        }
    }
}
