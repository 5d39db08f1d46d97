package io.fullynested.fidelity;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A network for each bit-width, as twins are, with the quantiser of DoReFa-Net for the weights (Zhou et al., 2016, section 2.3). */
record DoReFa() implements Recipe {

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
                spec.quantization().weights().map(bits -> only(weights, bits)), activations, new Code(weights)));
    }

    private static Bits only(int keep, Bits bits) {
        return new Bits(keep, keep, List.of(keep), bits.per());
    }

    /**
     * {@code w = 2 · round((2^k − 1) · (tanh w / (2 max |tanh w|) + ½)) / (2^k − 1) − 1}. The greatest weight is that of an output
     * channel, not of the whole layer, and the gradient passes by the tanh as well; a batch norm takes up the scale.
     *
     * @param bits k; the code is no nested one, and has no other widths
     */
    record Code(int bits) implements Quantizer {

        @Override
        public float scale(float[] weights, int from, int to) {
            float greatest = 1e-8f;
            for (int i = from; i < to; i++) {
                greatest = Math.max(greatest, Math.abs(weights[i]));
            }
            return greatest;
        }

        @Override
        public int code(float weight, float scale) {
            return (int) Math.rint(((1 << bits) - 1) * (Math.tanh(weight) / (2 * Math.tanh(scale)) + 0.5)) - (1 << bits - 1);
        }

        @Override
        public int truncate(int code, int kept) {
            if (kept != bits) {
                throw new IllegalArgumentException("a DoReFa code of " + bits + " bits has no prefix of " + kept);
            }
            return code;
        }

        @Override
        public int integer(int code, int kept) {
            // 8 bits are 256 levels, one more than an int8 holds on either side of 0: the outermost ones share theirs with their neighbours
            return Math.max(-127, Math.min(127, bits == 8 ? code : 2 * code + 1));
        }

        @Override
        public int denominator(int kept) {
            return bits == 8 ? 128 : 1 << bits;
        }
    }
}
