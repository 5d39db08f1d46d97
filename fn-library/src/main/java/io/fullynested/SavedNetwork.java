package io.fullynested;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.model.Model;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a checkpoint holds.
 *
 * @param network as the description within says, its data not opened yet; to be closed
 * @param masters its tensors
 * @param tuned   the selection that was tuned after training, if one was
 * @param training the key of the training, if it is known
 * @param sample   of training images, if it holds one
 */
record SavedNetwork<N extends NestedNetwork>(N network, Map<String, Tensor> masters, Optional<SubmodelSpec> tuned, Optional<String> training,
                                             Optional<TrainingSample> sample) implements AutoCloseable {

    /**
     * Reads what {@link TrainedSupernet#save} wrote.
     *
     * @param opener makes the network
     * @throws IOException            if the file cannot be read, is no checkpoint, or one of another network
     * @throws ConfigurationException if the description in it cannot be used
     */
    static <N extends NestedNetwork> SavedNetwork<N> read(Path checkpoint, Settings settings, Function<Opening, N> opener)
            throws IOException {
        Checkpoint read = Checkpoint.read(checkpoint);
        CheckpointMetadata metadata = CheckpointMetadata.read(checkpoint, read.metadata());
        N network = opener.apply(Opening.of(settings, metadata.base(), metadata.seed(), true, (reader, registry) -> {
            try {
                return reader.read(metadata.spec(), metadata.name(), RunSpec.class);
            } catch (ConfigurationException e) {
                throw new ConfigurationException(checkpoint + ", " + metadata.name() + " in it", e.problems());
            }
        }));
        try {
            network.supernet().requireMasters(read.tensors());
            return new SavedNetwork<>(network, read.tensors(), tuned(metadata, network.supernet().axes()), metadata.training(),
                    metadata.sample().map(TrainingSample::parse));
        } catch (IllegalArgumentException e) {
            network.close();
            throw new UnreadableException(checkpoint, e.getMessage(), e);
        }
    }

    /**
     * Reads it for a network that is open already, if a training with this key made it.
     *
     * @throws IOException if there is such a file and it cannot be read
     */
    static <N extends NestedNetwork> Optional<SavedNetwork<N>> of(N network, String training, Path checkpoint) throws IOException {
        if (!Files.exists(checkpoint)) {
            return Optional.empty();
        }
        Checkpoint read = Checkpoint.read(checkpoint);
        CheckpointMetadata metadata = CheckpointMetadata.read(checkpoint, read.metadata());
        return InputFile.read(checkpoint, () -> metadata.training().filter(training::equals).map(same -> new SavedNetwork<>(network, read.tensors(),
                tuned(metadata, network.supernet().axes()), metadata.training(), metadata.sample().map(TrainingSample::parse))));
    }

    private static Optional<SubmodelSpec> tuned(CheckpointMetadata metadata, AxisSpace axes) {
        try {
            return metadata.tuned().map(SubmodelSpec::parse).map(axes::complete);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("damaged; it was tuned for '" + metadata.tuned().orElse("") + "': " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        network.close();
    }

    /** The full network, its batch norms not recalibrated yet where the checkpoint does not hold their statistics. */
    Model full() {
        return new Model(network.supernet().compile(network.supernet().axes().full()), network.parameters(masters));
    }
}
