package io.fullynested.fidelity;

import io.fullynested.core.model.Supernet;
import io.fullynested.training.TrainingOptions;
import java.util.List;

/**
 * One network for all selections: trained by ordered dropout for as many epochs as cost what the setting allows, and measured at
 * each.
 *
 * @param name of the recipe and of its file of options
 */
record Supernets(String name) implements Recipe {

    @Override
    public List<Piece> pieces(Setting setting) {
        Supernet net = setting.supernet();
        TrainingOptions one = setting.options().read(name, 1);
        TrainingCost cost = new TrainingCost(net, one);
        double full = cost.macs(net.axes().full());
        int epochs = (int) Math.max(1, Math.floor(setting.cost() * setting.epochs() * full / (cost.meanDraw() * cost.showings())));
        return List.of(new Piece(name, net, setting.options().read(name, epochs), setting.selections().stream()
                .map(selection -> new Piece.Measurement(name, selection, net, selection.spec())).toList()));
    }
}
