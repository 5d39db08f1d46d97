package io.fullynested.training;

import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The master tensors before training. */
final class Initializer {

    private Initializer() {
    }

    /**
     * Weights drawn by seed and name, the means and deviations of what goes in, all else constant.
     *
     * @param inputs           means and deviations by name
     * @param zeroInitResidual whether gammas begin at 0 where a block wants that, and not at 1 as all others
     */
    static Map<String, Tensor> initial(List<MasterParameter> masters, Map<String, double[]> inputs, long seed, boolean zeroInitResidual) {
        Map<String, Tensor> initial = new TreeMap<>();
        for (MasterParameter master : masters) {
            Tensor tensor = Tensor.zeros(master.shape());
            switch (master.role()) {
                case WEIGHT, TABLE -> {
                    SplittableRandom random = new Randomness(seed).at(master.name(), 0);
                    for (int i = 0; i < tensor.data().length; i++) {
                        tensor.data()[i] = (float) (random.nextGaussian() * master.initial());
                    }
                }
                case INPUT_MEAN, INPUT_DEVIATION -> copy(inputs.get(master.name()), tensor);
                case GAMMA -> Arrays.fill(tensor.data(), zeroInitResidual || master.initial() != 0 ? (float) master.initial() : 1);
                default -> Arrays.fill(tensor.data(), (float) master.initial());
            }
            initial.put(master.name(), tensor);
        }
        return initial;
    }

    private static void copy(double[] values, Tensor tensor) {
        for (int i = 0; i < values.length; i++) {
            tensor.data()[i] = (float) values[i];
        }
    }
}
