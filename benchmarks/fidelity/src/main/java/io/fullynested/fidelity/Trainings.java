package io.fullynested.fidelity;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.data.DatasetDigest;
import io.fullynested.core.task.Classification;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.UnfinishedTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Trainings that are kept in a folder, each a checkpoint named by all that it is a function of: tables share the twins that they have
 * in common, and a selection that is added later needs no new training. One that was stopped goes on where it was.
 */
record Trainings(Path folder) {

    /** The training of a piece: the one that is kept, or else a new one, which is kept then. */
    Training of(Piece piece, Dataset images, long seed, int threads, TrainingListener shown) throws IOException {
        // a network without open axes is trained alike in every table, so its graph tells all
        Trainer.Start start = Trainer.Start.SCRATCH;
        if (piece.tuning().isPresent()) {
            Piece.Tuning tuning = piece.tuning().get();
            Map<String, Tensor> before = of(tuning.after(), images, seed, threads, shown).masters();
            start = new Trainer.Start(Optional.of(before), Optional.empty(), Optional.of(tuning.only()));
        }
        String key = UnfinishedTraining.identity(piece.network(), DatasetDigest.of(images), Classification.standard(), piece.options(), start, seed).hex();
        Path file = folder.resolve(key + ".safetensors");
        if (Files.exists(file)) {
            Checkpoint kept = Checkpoint.read(file);
            Map<String, String> costs = kept.metadata();
            return new Training(kept.tensors(), Long.parseLong(costs.get("images")), Long.parseLong(costs.get("macs")),
                    Double.parseDouble(costs.get("seconds")));
        }
        UnfinishedTraining unfinished = new UnfinishedTraining(folder.resolve(key + ".unfinished"), key);
        Training training = Training.run(piece, images, start, seed, threads, unfinished, shown);
        Files.createDirectories(folder);
        new Checkpoint(Map.of("images", "" + training.images(), "macs", "" + training.macs(), "seconds", "" + training.seconds()),
                training.masters()).write(file);
        Files.deleteIfExists(unfinished.file());
        return training;
    }
}
