package io.fullynested.fidelity;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.io.Sha256;
import io.fullynested.core.model.Supernet;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Trainings that are kept in a folder, each a checkpoint named by all that it is a function of: tables share the twins that they have
 * in common, and a selection that is added later needs no new training.
 */
record Trainings(Path folder) {

    /** Images that data are told apart by. */
    private static final int SAMPLE = 16;

    /** The training of a piece: the one that is kept, or else a new one, which is kept then. */
    Training of(Piece piece, Dataset images, long seed, int threads, TrainingListener shown) throws IOException {
        Path file = folder.resolve(key(piece, images, seed) + ".safetensors");
        if (Files.exists(file)) {
            Checkpoint kept = Checkpoint.read(file);
            Map<String, String> costs = kept.metadata();
            return new Training(kept.tensors(), Long.parseLong(costs.get("images")), Long.parseLong(costs.get("macs")),
                    Double.parseDouble(costs.get("seconds")));
        }
        Training training = Training.run(piece, images, seed, threads, shown);
        Files.createDirectories(folder);
        new Checkpoint(Map.of("images", "" + training.images(), "macs", "" + training.macs(), "seconds", "" + training.seconds()),
                training.masters()).write(file);
        return training;
    }

    /** A network without open axes is trained alike in every table, so its graph tells all. */
    private static String key(Piece piece, Dataset images, long seed) {
        Supernet net = piece.network();
        Sha256 key = new Sha256().add(net.compile(net.axes().full()).toString()).add(net.axes().axes().toString())
                .add(net.spec().quantization().quantizer().toString()).add(piece.options().toString()).add(seed + " " + images.size());
        net.masters().forEach(master -> key.add(master.name() + master.role() + master.initial()));
        float[] image = new float[images.shape().elements()];
        for (int i = 0; i < Math.min(SAMPLE, images.size()); i++) {
            images.read(i, image, 0);
            key.add(Arrays.toString(image) + images.label(i));
        }
        return key.hex();
    }
}
