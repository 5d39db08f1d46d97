package io.fullynested.fidelity;

import io.fullynested.core.model.Supernet;
import io.fullynested.training.TrainingOptions;
import java.util.List;

/**
 * What recipes are compared in.
 *
 * @param table      which table
 * @param supernet   the network with the table's levels open
 * @param selections what is measured, the full network first
 * @param images     training images
 * @param epochs     how long a network is trained alone
 * @param cost       what one training of a supernet may cost at most, in trainings of the full network alone
 * @param options    reads how a recipe trains
 */
record Setting(Table table, Supernet supernet, List<Selection> selections, int images, int epochs, double cost, Options options) {

    /** The same with another cost. */
    Setting withCost(double other) {
        return new Setting(table, supernet, selections, images, epochs, other, options);
    }

    /** The options of a recipe's file. */
    @FunctionalInterface
    interface Options {
        /** @param recipe name of the file, without its ending */
        TrainingOptions read(String recipe, int epochs);
    }
}
