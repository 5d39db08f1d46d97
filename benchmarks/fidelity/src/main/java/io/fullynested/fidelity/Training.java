package io.fullynested.fidelity;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.UnfinishedTraining;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a training gave and cost.
 *
 * @param masters the trained tensors by name
 * @param macs    multiply-accumulates, forward and backward, of the submodels that were drawn
 */
record Training(Map<String, Tensor> masters, long images, long macs, double seconds) {

    /** Trains the network of a piece, or goes on with it. */
    static Training run(Piece piece, Dataset images, Trainer.Start start, long seed, int threads, UnfinishedTraining kept, TrainingListener shown) {
        TrainingListener.Progress[] last = {null};
        Map<String, Tensor> masters = Trainer.train(piece.network(), images, Scorer.classification(images), piece.options(), start, seed, threads,
                Optional.of(kept), new TrainingListener() {
                    @Override
                    public void resumed(long step, long steps, List<Progress> past) {
                        past.forEach(at -> last[0] = at);
                        shown.resumed(step, steps, past);
                    }

                    @Override
                    public void step(Progress at) {
                        last[0] = at;
                        shown.step(at);
                    }
                });
        TrainingCost cost = TrainingCost.of(piece);
        return new Training(masters, cost.images(images.size()), cost.drawn(images.size(), seed, last[0].steps()), last[0].seconds());
    }
}
