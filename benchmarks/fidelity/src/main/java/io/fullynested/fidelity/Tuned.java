package io.fullynested.fidelity;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingOptions;
import io.fullynested.training.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The project's nested network, of which each selection but the full one is then trained alone for an epoch, as {@code ./fn tune} does it.
 * All of it together costs what the setting allows, so the nested network is trained for less long.
 *
 * @param weights whether their weights learn too, not only their batch norms and biases
 */
record Tuned(boolean weights) implements Recipe {

    static final String NAME = "tuned";
    static final String WEIGHTS = "tuned-weights";

    /** As of {@code ./fn tune}. */
    private static final int EPOCHS = 1;

    @Override
    public String name() {
        return weights ? WEIGHTS : NAME;
    }

    @Override
    public List<Piece> pieces(Setting setting) {
        Recipe nested = new Supernets(TableReport.NESTED);
        Piece before = nested.pieces(setting).get(0);
        TrainingOptions tuning = before.options().tuning(new Tuning(EPOCHS, weights));
        SubmodelSpec full = before.network().axes().full();
        TrainingCost cost = new TrainingCost(before.network(), tuning, Optional.empty());
        double rest = setting.cost();
        for (Selection selection : setting.selections()) {
            rest -= selection.spec().equals(full) ? 0 : EPOCHS * cost.macs(selection.spec()) / (setting.epochs() * cost.macs(full));
        }
        before = nested.pieces(setting.withCost(rest)).get(0);
        List<Piece> pieces = new ArrayList<>();
        for (Selection selection : setting.selections()) {
            Piece.Measurement measured = new Piece.Measurement(name(), selection, before.network(), selection.spec());
            pieces.add(selection.spec().equals(full) ? new Piece("nested, to be tuned", before.network(), before.options(), List.of(measured))
                    : new Piece(name() + " to " + selection.spec(), before.network(), tuning,
                            Optional.of(new Piece.Tuning(before, new Trainer.Only(selection.spec(), weights))), List.of(measured)));
        }
        return pieces;
    }
}
