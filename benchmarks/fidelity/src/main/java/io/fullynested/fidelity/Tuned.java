package io.fullynested.fidelity;

import io.fullynested.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The project's nested network, of which each selection is then trained alone for an epoch, as {@code ./fn tune} does it. Costs are
 * those of the epoch; the network that it begins with is told as {@code nested}.
 */
record Tuned() implements Recipe {

    static final String NAME = "tuned";

    /** As of {@code ./fn tune}. */
    private static final int EPOCHS = 1;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Piece> pieces(Setting setting) {
        Piece nested = new Supernets(TableReport.NESTED).pieces(setting).get(0);
        TrainingOptions options = nested.options();
        TrainingOptions tuning = options.tuning(EPOCHS, options.tuningRate());
        List<Piece> pieces = new ArrayList<>();
        for (Selection selection : setting.selections()) {
            pieces.add(new Piece(NAME + " to " + selection.spec(), nested.network(), tuning, Optional.of(new Piece.Tuning(nested, selection.spec())),
                    List.of(new Piece.Measurement(NAME, selection, nested.network(), selection.spec()))));
        }
        return pieces;
    }
}
