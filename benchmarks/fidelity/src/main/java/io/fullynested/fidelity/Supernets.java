package io.fullynested.fidelity;

import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.DoReFa;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.SignalCode;
import io.fullynested.training.TrainingOptions;
import java.util.List;
import java.util.Optional;

/**
 * One network for all selections: trained by ordered dropout for as many epochs as cost what the setting allows, and measured at
 * each.
 *
 * @param name of the recipe and of its file of options
 */
record Supernets(String name) implements Recipe {

    /** The recipe of networks whose signals keep the leading bits of their codes. */
    private static final String TRUNCATED = "truncated";

    @Override
    public List<Piece> pieces(Setting setting) {
        TrainingOptions one = setting.options().read(name, 1);
        Supernet net = network(one.recipe(), setting.supernet());
        TrainingCost cost = new TrainingCost(net, one, Optional.empty());
        double full = cost.macs(net.axes().full());
        int epochs = (int) Math.max(1, Math.floor(setting.cost() * setting.epochs() * full / (cost.meanDraw() * cost.showings())));
        return List.of(new Piece(name, net, setting.options().read(name, epochs), setting.selections().stream()
                .map(selection -> new Piece.Measurement(name, selection, net, selection.spec())).toList()));
    }

    /** The network with what some peers' recipes need in it. */
    private Supernet network(io.fullynested.training.Recipe recipe, Supernet net) {
        NetworkSpec spec = net.spec();
        NestingOptions nesting = spec.nesting();
        QuantizationOptions codes = spec.quantization();
        if (name.equals(TRUNCATED)) {
            return new Supernet(spec.with(spec.blocks(), nesting, new QuantizationOptions(codes.weights(), codes.activations(), codes.quantizer(),
                    codes.switchableBatchNorms(), codes.switchableClips(), codes.activationClip(), SignalCode.TRUNCATED)));
        }
        return switch (recipe) {
            case SLIMMABLE -> new Supernet(spec.with(spec.blocks(), new NestingOptions(nesting.channels(), nesting.neurons(),
                    nesting.paths(), nesting.layers(), true), codes));
            case ADABITS -> new Supernet(spec.with(spec.blocks(), nesting,
                    new QuantizationOptions(codes.weights(), codes.activations(), codes.quantizer(), true, true, codes.activationClip(), codes.activationCode())));
            case ANY_PRECISION -> new Supernet(spec.with(spec.blocks(), nesting,
                    new QuantizationOptions(codes.weights(), codes.activations(), new DoReFa(8), true, codes.switchableClips(), codes.activationClip(), codes.activationCode())));
            default -> net;
        };
    }
}
