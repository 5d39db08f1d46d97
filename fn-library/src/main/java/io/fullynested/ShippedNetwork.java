package io.fullynested;

import io.fullynested.api.search.Evaluator;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.engine.SubmodelEvaluator;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * All that another process needs to measure submodels of a trained network to the same numbers as this one: the checkpoint, the validation images,
 * and the training images that batch norms are recalibrated on. It needs no file. Plugins that the description names must be on its class path.
 */
public final class ShippedNetwork implements Serializable {

    private static final long serialVersionUID = 1;

    private final byte[] checkpoint;
    private final long seed;
    private final HashMap<String, String> overrides;
    private final ShippedImages training;
    private final ShippedImages validation;

    private ShippedNetwork(byte[] checkpoint, long seed, Map<String, String> overrides, ShippedImages training, ShippedImages validation) {
        this.checkpoint = checkpoint;
        this.seed = seed;
        this.overrides = new HashMap<>(overrides);
        this.training = training;
        this.validation = validation;
    }

    /**
     * Reads the images.
     *
     * @throws IOException if there is no room for a temporary file of the checkpoint
     */
    public static ShippedNetwork of(TrainedSupernet net) throws IOException {
        NestedNetwork network = net.network();
        Map<String, String> overrides = new HashMap<>(network.settings().overrides());
        // devices that are known to this process alone need not be known there
        overrides.put("search", "{budgets: []}");
        int[] drawn = Recalibration.drawn(network.data().train(), network.spec().training().recalibrationImages(), network.seed());
        return new ShippedNetwork(bytes(net), network.seed(), overrides, ShippedImages.some(network.data().train(), drawn),
                ShippedImages.all(network.data().validation()));
    }

    private static byte[] bytes(TrainedSupernet net) throws IOException {
        Path file = Files.createTempFile("fn-shipped", ".safetensors");
        try {
            net.save(file);
            return Files.readAllBytes(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Evaluators of one network in one process; each is for one thread, and all share the images in memory. */
    public static final class Opened implements AutoCloseable {

        private final FullyNested network;
        private final SubmodelEvaluator first;
        private final TrainedSupernet net;

        private Opened(TrainedSupernet net, ShippedNetwork shipped) {
            this.net = net;
            this.network = (FullyNested) net.network();
            this.first = new SubmodelEvaluator(network.supernet(), net.parameters(), network.scorer(shipped.training), network.backend(), network.device(), 1,
                    shipped.training, shipped.validation, network.seed(), network.spec().training().recalibrationImages());
        }

        /** Another evaluator, of one submodel at once. */
        public Evaluator evaluator() {
            return first.with(net.parameters());
        }

        @Override
        public void close() {
            net.close();
        }
    }

    /**
     * Takes it up in this process. Networks compute with one thread each.
     *
     * @throws UncheckedIOException if there is no room for a temporary file of the checkpoint
     */
    public Opened open() {
        try {
            Path file = Files.createTempFile("fn-shipped", ".safetensors");
            try {
                Files.write(file, checkpoint);
                return new Opened(FullyNested.load(file, Settings.standard().withThreads(1).withSeed(seed).withOverrides(overrides)), this);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
