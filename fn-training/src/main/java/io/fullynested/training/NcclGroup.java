package io.fullynested.training;

import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/** GPUs that add up among themselves, by NVIDIA's NCCL. A class of its own, as it is loaded where there is one only. It has not been run. */
final class NcclGroup implements AutoCloseable {

    private final PrefixStore store;
    private final ProcessGroupNCCL group;

    /** @param meeting where the ranks have met */
    NcclGroup(Store meeting, int rank, int count) {
        store = new PrefixStore("nccl", meeting);
        group = new ProcessGroupNCCL(store, rank, count);
    }

    /** @param numbers on the GPU of this rank, which is another on each */
    void sum(Tensor numbers) {
        group.allreduce(new TensorVector(numbers))._wait();
    }

    @Override
    public void close() {
        group.close();
        store.close();
    }
}
