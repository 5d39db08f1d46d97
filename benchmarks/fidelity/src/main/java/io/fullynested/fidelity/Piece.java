package io.fullynested.fidelity;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.training.TrainingOptions;
import java.util.List;

/**
 * One training and what is measured of it; done as a whole or not at all.
 *
 * @param name         shown to people
 * @param network      what is trained
 * @param measurements what is measured, at least one
 */
record Piece(String name, Supernet network, TrainingOptions options, List<Measurement> measurements) {

    Piece {
        measurements = List.copyOf(measurements);
    }

    /**
     * A row to be.
     *
     * @param recipe whose result it is
     * @param shown  the selection of the table that it answers to
     * @param within the network that is measured with the masters that were trained
     * @param spec   what it keeps of that network
     */
    record Measurement(String recipe, Selection shown, Supernet within, SubmodelSpec spec) {
    }
}
