package io.fullynested.fidelity;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.DoReFa;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A network for each bit-width, as twins are, with the quantiser of DoReFa-Net for the weights (Zhou et al., 2016, section 2.3). */
record DoReFaTwins() implements Recipe {

    static final String NAME = "dorefa";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Piece> pieces(Setting setting) {
        if (setting.table() != Table.BITS && setting.table() != Table.BITS_AND_ACTIVATIONS) {
            throw new IllegalArgumentException(NAME + " trains a network for each bit-width; the table " + setting.table().id() + " has none");
        }
        TrainingOptions options = setting.options().read(NAME, setting.epochs());
        List<Piece> pieces = new ArrayList<>();
        for (Selection selection : setting.selections()) {
            Supernet net = new Supernet(of(setting.supernet().spec(), selection.spec()));
            pieces.add(new Piece(NAME + " of " + selection.spec(), net, options,
                    List.of(new Piece.Measurement(NAME, selection, net, net.axes().full()))));
        }
        return pieces;
    }

    /** The network with the bits of a selection, and no others. */
    private static NetworkSpec of(NetworkSpec spec, SubmodelSpec selection) {
        int weights = selection.keep("weights.bits");
        Optional<Bits> activations = spec.quantization().activations().map(bits -> only(selection.keep("activations.bits"), bits));
        return spec.with(spec.blocks(), spec.nesting(), new QuantizationOptions(
                spec.quantization().weights().map(bits -> only(weights, bits)), activations, new DoReFa(weights)));
    }

    private static Bits only(int keep, Bits bits) {
        return new Bits(keep, keep, List.of(keep), bits.per());
    }
}
