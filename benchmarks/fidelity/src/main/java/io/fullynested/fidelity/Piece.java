package io.fullynested.fidelity;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingOptions;
import java.util.List;
import java.util.Optional;

/**
 * One training and what is measured of it; done as a whole or not at all.
 *
 * @param name         shown to people
 * @param network      what is trained
 * @param tuning       what it begins with, if it is one submodel of a trained network that is trained further
 * @param measurements what is measured, at least one
 */
record Piece(String name, Supernet network, TrainingOptions options, Optional<Tuning> tuning, List<Measurement> measurements) {

    Piece {
        measurements = List.copyOf(measurements);
    }

    /** A training from scratch. */
    Piece(String name, Supernet network, TrainingOptions options, List<Measurement> measurements) {
        this(name, network, options, Optional.empty(), measurements);
    }

    /**
     * A training that goes on.
     *
     * @param after the training that it begins with, of the same network
     * @param only  the submodel that learns, and what of it
     */
    record Tuning(Piece after, Trainer.Only only) {
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
