package io.fullynested.training;

import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.NoNativeLibraryException;
import io.fullynested.core.engine.WrongResultsException;
import io.fullynested.core.model.Model;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/** Computes graphs on LibTorch. */
public final class TorchEngine implements Backend {

    private final int threads;
    private final Optional<Workers> workers;

    /**
     * Loads the library, if it is not loaded yet.
     *
     * @param threads how many chunks of images are computed at once, at least 1; with 1, by the thread that asks
     * @throws NoNativeLibraryException if LibTorch has no binary for this platform
     * @throws WrongResultsException    if it computes wrongly on this processor
     */
    public TorchEngine(int threads) {
        LibTorch.load(threads);
        this.threads = threads;
        this.workers = threads > 1 ? Optional.of(new Workers(threads, 1)) : Optional.empty();
    }

    /** The version of LibTorch, whether or not there is a binary for this machine. */
    public static String version() {
        return String.valueOf(torch.class.getPackage().getImplementationVersion());
    }

    /** Hands back to the system the memory of whatever native code has freed. What needs as much soon gets it again, but not at once. */
    public static void trim() {
        LibTorch.trim();
    }

    @Override
    public String name() {
        return LibTorch.NAME;
    }

    @Override
    public List<ComputeDevice> devices() {
        return TorchDevice.present();
    }

    @Override
    public String limit() {
        return LibTorch.limit();
    }

    @Override
    public Executable bind(Model model, ComputeDevice device) {
        require(device);
        return new TorchExecutable(model, TorchDevice.of(device), threads, workers);
    }

    @Override
    public void close() {
        workers.ifPresent(Workers::close);
    }
}
