package io.fullynested.fidelity;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.SubmodelSampler;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingListener;
import java.util.Map;

/**
 * What a training gave and cost.
 *
 * @param masters the trained tensors by name
 * @param macs    multiply-accumulates, forward and backward, of the submodels that were drawn
 */
record Training(Map<String, Tensor> masters, long images, long macs, double seconds) {

    /** Trains the network of a piece. */
    static Training run(Piece piece, Dataset images, long seed, int threads, TrainingListener shown) {
        TrainingCost cost = new TrainingCost(piece.network(), piece.options());
        SubmodelSampler sampler = new SubmodelSampler(piece.network().axes(), piece.options(), seed);
        int batch = cost.batch(images.size());
        double[] macs = {0};
        long start = System.nanoTime();
        Map<String, Tensor> masters = Trainer.train(piece.network(), images, piece.options(), seed, threads, new TrainingListener() {
            @Override
            public void step(Progress at) {
                // draws are functions of seed and step, so these are those that were trained
                for (int i = 0; i < piece.options().submodelsPerStep(); i++) {
                    macs[0] += TrainingCost.PASSES * batch * cost.macs(sampler.draw(at.step() - 1, i, at.steps()));
                }
                shown.step(at);
            }
        });
        return new Training(masters, cost.images(images.size()), Math.round(macs[0]), (System.nanoTime() - start) / 1e9);
    }
}
