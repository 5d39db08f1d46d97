package io.fullynested.training;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The native library, and the way of numbers to and from it. */
final class LibTorch {

    private static final String MEMORY_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

    static {
        // JavaCPP asks the system for the memory in use at each tensor it makes, 4 % of a training's time; scopes free ours in time
        if (System.getProperty(MEMORY_LIMIT) == null) {
            System.setProperty(MEMORY_LIMIT, "0");
        }
    }

    private static boolean loaded;

    private LibTorch() {
    }

    /**
     * Loads the library, if it is not loaded yet.
     *
     * @throws IllegalStateException   if it has no binary for this machine, or computes wrongly on it
     * @throws IllegalArgumentException if the threads are below 1
     */
    static void load(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("At least 1 thread is needed, not " + threads);
        }
        try {
            loadAlone();
            // OpenBLAS has threads of its own, which go on spinning after each product and take the cores from LibTorch's
            openblas_nolapack.blas_set_num_threads(1);
        } catch (LinkageError e) {
            throw new IllegalStateException("LibTorch cannot be loaded on " + Loader.getPlatform() + ": " + e.getMessage()
                    + ". Maybe use the reference interpreter here, and train on Linux x86-64, macOS or Windows?", e);
        }
        torch.set_num_threads(threads);
    }

    /**
     * Whether a convolution is right that the oneDNN in LibTorch 2.10 computes wrongly on AMD processors of family 26 with AVX-512: 1×1, from
     * 16 channels into 36.
     */
    @SuppressWarnings("try") // the scope and the guard work by being open
    private static boolean computesRightly() {
        int from = 16;
        int into = 36;
        float[] weights = new float[into * from];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 + i / from;
        }
        try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
            Tensor ones = channelsLast(torch.ones(20, from, 7, 7));
            float[] found = floats(torch.conv2d(ones, Tensor.create(weights, into, from, 1, 1)));
            int pixels = 7 * 7;
            return IntStream.range(0, found.length).allMatch(i -> found[i] == from * (1 + i / pixels % into));
        }
    }

    /**
     * JavaCPP unpacks libraries one by one when they are first used, and loading one may map another that a second process has unpacked
     * by half, which ends in a crash. So only one process at a time loads them, where the file system has locks.
     */
    private static synchronized void loadAlone() {
        if (loaded) {
            return;
        }
        try (FileChannel file = FileChannel.open(Loader.getCacheDir().toPath().resolve("fully-nested.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            file.lock();
            loadAll();
        } catch (IOException e) {
            // a file system without locks
            loadAll();
        }
        if (!computesRightly()) {
            throw new IllegalStateException("LibTorch computes some convolutions wrongly on this processor. Maybe start with ONEDNN_MAX_CPU_ISA=AVX2 in "
                    + "the environment, as ./fn does?");
        }
        loaded = true;
    }

    private static void loadAll() {
        Loader.load(torch.class);
        Loader.load(openblas_nolapack.class);
    }

    /** A tensor with a copy of the elements. */
    static Tensor tensor(float[] data, int... shape) {
        return Tensor.create(data, longs(shape));
    }

    /** Images {@code [n, C, H, W]}, laid out channels last in memory: twice as fast in convolutions and batch norms. */
    static Tensor images(float[] data, int from, int n, int channels, int height, int width) {
        Tensor images = torch.empty(longs(n, channels, height, width));
        images.data_ptr_float().put(data, from, n * channels * height * width);
        if (channels == 1) {
            // the same numbers in the same places, but only these strides are taken for channels last
            return images.as_strided(longs(n, 1, height, width), longs(height * width, 1, width, 1));
        }
        return channelsLast(images);
    }

    static Tensor channelsLast(Tensor image) {
        return image.contiguous(torch.MemoryFormat.ChannelsLast);
    }

    /** The owner of a tensor that was written over; what the operation gave back is a pointer to it, and lives no longer than it. */
    static Tensor same(Tensor owner, Tensor pointer) {
        assert pointer.address() == owner.address();
        return owner;
    }

    /** A copy of the elements, row-major whatever their layout in memory. */
    static float[] floats(Tensor tensor) {
        float[] data = new float[Math.toIntExact(tensor.numel())];
        try (Tensor dense = tensor.contiguous()) {
            dense.data_ptr_float().get(data);
        }
        return data;
    }

    static int[] shape(Tensor tensor) {
        int[] shape = new int[(int) tensor.dim()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = Math.toIntExact(tensor.size(i));
        }
        return shape;
    }

    static long[] longs(int... values) {
        long[] longs = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            longs[i] = values[i];
        }
        return longs;
    }
}
