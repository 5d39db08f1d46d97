package io.fullynested.training;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.NoNativeLibraryException;
import io.fullynested.core.engine.UnavailableDeviceException;
import io.fullynested.core.engine.WrongResultsException;
import io.fullynested.core.tensor.Samples;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The native library, and the way of numbers to and from it. */
final class LibTorch {

    static {
        // JavaCPP asks the system for the memory in use at each tensor it makes, 4 % of a training's time; scopes free ours in time
        unlessSet("org.bytedeco.javacpp.maxphysicalbytes", "0");
        loggerOfTheLoader();
    }

    static final String NAME = "LibTorch";
    private static final String GPU = "-gpu";
    private static final String LOGGER = "org.bytedeco.javacpp.logger";

    private static boolean loaded;

    private LibTorch() {
    }

    /**
     * Loads the library, if it is not loaded yet.
     *
     * @throws NoNativeLibraryException if it has no binary for this platform
     * @throws WrongResultsException    if it computes wrongly on this processor
     * @throws IllegalStateException    if it has a binary, and that cannot be loaded
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
            throw refused(e);
        }
        torch.set_num_threads(threads);
    }

    /**
     * The same for a device.
     *
     * @throws UnavailableDeviceException if it cannot compute there
     */
    static void load(ComputeDevice device, int threads) {
        load(threads);
        if (!TorchDevice.present().contains(device)) {
            throw new UnavailableDeviceException(NAME, device, limit(), TorchDevice.present());
        }
    }

    /** Why it computes on no other devices than it does. */
    static String limit() {
        long gpus = TorchDevice.present().size() - 1;
        if (gpus > 0) {
            return gpus == 1 ? "there is one GPU" : "there are " + gpus + " GPUs";
        }
        return LibTorch.class.getResource(binary(GPU)) == null ? "it is here without code for GPUs, which the Maven profile cuda brings (docs/install.md)"
                : "it finds no GPU, or not what it needs beside it: a driver, CUDA 13, cuDNN 9 and NCCL";
    }

    /**
     * That the OpenBLAS is of an older release than LibTorch is known; what JavaCPP's loader says of it goes where a program logs to. Its other
     * classes would tell of each tensor there, a hundred thousand lines in a minute where a program logs all there is, so they have no logger.
     */
    private static void loggerOfTheLoader() {
        if (System.getProperty(LOGGER) == null) {
            System.setProperty(LOGGER, "slf4j");
            Loader.getPlatform(); // it asks when it is initialised
            System.clearProperty(LOGGER);
        }
    }

    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static String binary(String extension) {
        return "/org/bytedeco/pytorch/" + Loader.getPlatform() + extension + "/" + System.mapLibraryName("jnitorch");
    }

    /** What is not there is another matter than what is there and cannot be loaded. */
    private static IllegalStateException refused(LinkageError e) {
        String platform = Loader.getPlatform();
        if (LibTorch.class.getResource(binary("")) == null && LibTorch.class.getResource(binary(GPU)) == null) {
            return new NoNativeLibraryException("LibTorch has no binary for " + platform + " on the class path. There are some for Linux, macOS and Windows "
                    + "on x86-64 and for macOS on ARM; elsewhere the reference interpreter computes what was trained. Maybe org.bytedeco:pytorch:"
                    + platform + " is missing?", e);
        }
        return new IllegalStateException("LibTorch cannot be loaded on " + platform + ": " + e.getMessage()
                + ". Maybe the system is older than glibc 2.28, or the disk of " + System.getProperty("user.home") + " is full?", e);
    }

    /**
     * JavaCPP unpacks libraries one by one when they are first used, and loading one may map another that a second process has unpacked
     * by half, which ends in a crash. So only one process at a time loads them, where the file system has locks.
     */
    private static synchronized void loadAlone() {
        if (loaded) {
            return;
        }
        alone(LibTorch::loadAll);
        tune();
        // more threads would wait for each other longer than they compute
        torch.set_num_threads(1);
        require(ConvolutionCheck.wrong());
        loaded = true;
    }

    private static void alone(Runnable load) {
        try (FileChannel file = FileChannel.open(Loader.getCacheDir().toPath().resolve("fully-nested.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            file.lock();
            load.run();
        } catch (IOException e) {
            // a file system without locks
            load.run();
        }
    }

    /** Refuses what was found to be wrong. */
    static void require(Optional<String> wrong) {
        if (wrong.isPresent()) {
            throw new WrongResultsException("LibTorch computes " + wrong.get() + " wrongly on this processor, so nothing it gives can be trusted. Maybe start "
                    + "with ONEDNN_MAX_CPU_ISA=AVX2 in the environment, which keeps it to older instructions?");
        }
    }

    private static void loadAll() {
        Loader.load(torch.class);
        Loader.load(openblas_nolapack.class);
    }

    /**
     * oneDNN compiles a convolution for each of its shapes, and keeps 1,024; the submodels of one supernet can have more, and so were compiled
     * again and again. The second is of what LibTorch keeps beside it. Both are read when the first one is compiled.
     */
    private static void tune() {
        for (String capacity : List.of("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY")) {
            if (!torch.has_env(capacity)) {
                torch.set_env(capacity, "100000");
            }
        }
        // glibc maps large blocks anew for each tensor, and keeps those no larger than one that was given back, up to 32 MB; so gives one back. It saves a
        // third of the page faults of a training; native.sh does so for larger ones
        Pointer.free(Pointer.malloc((32L << 20) - (64 << 10)));
        // where the processor is none for it, NNPACK says so on the console at each convolution that it would take; oneDNN takes all of ours
        torch.globalContext().setUserEnabledNNPACK(false);
        // on GPUs: the numbers of a processor to float32's rounding rather than TensorFloat-32's, and the same ones each time
        torch.globalContext().setAllowTF32CuDNN(false);
        torch.globalContext().setAllowTF32CuBLAS(false);
        torch.globalContext().setDeterministicCuDNN(true);
    }

    /** Hands back to the system what was freed and malloc keeps, whoever asked for it. LibTorch need not be loaded, nor be there. */
    static synchronized void trim() {
        try {
            if (!loaded) {
                alone(() -> Loader.load(Pointer.class));
            }
            Pointer.trimMemory();
        } catch (LinkageError e) {
            // none of JavaCPP's libraries is for this platform
            return;
        }
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

    /**
     * What goes into a network: a tensor for each part of the samples.
     *
     * @param data  samples of the numbers of all parts
     * @param first the first sample
     * @param n     how many
     * @param parts shapes of the parts of a sample
     */
    static List<Tensor> inputs(float[] data, int first, int n, List<Shape> parts) {
        int whole = Shape.joined(parts).elements();
        List<Tensor> inputs = new ArrayList<>();
        int start = 0;
        for (Shape part : parts) {
            boolean alone = parts.size() == 1;
            float[] numbers = alone ? data : Samples.numbers(data, first, n, whole, start, part.elements());
            int from = alone ? first * whole : 0;
            inputs.add(part.flat() ? rows(numbers, from, n, part.channels()) : images(numbers, from, n, part.channels(), part.height(), part.width()));
            start += part.elements();
        }
        return inputs;
    }

    private static Tensor rows(float[] data, int from, int n, int features) {
        Tensor rows = torch.empty(longs(n, features));
        rows.data_ptr_float().put(data, from, n * features);
        return rows;
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
        try (Tensor dense = tensor.contiguous(); Tensor here = dense.cpu()) {
            here.data_ptr_float().get(data);
        }
        return data;
    }

    /** Puts other numbers in the place of a dense tensor's, row-major. */
    @SuppressWarnings("try") // the guard works by being open
    static void put(Tensor tensor, float[] numbers) {
        if (tensor.is_cpu()) {
            tensor.data_ptr_float().put(numbers);
            return;
        }
        try (Tensor here = tensor(numbers, shape(tensor)); NoGradGuard copying = new NoGradGuard()) {
            tensor.copy_(here);
        }
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
