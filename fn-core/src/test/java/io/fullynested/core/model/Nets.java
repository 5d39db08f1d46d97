package io.fullynested.core.model;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small networks for tests. */
final class Nets {

    static final NestingOptions QUARTERS = nesting(List.of(.25, .5, .75, 1.), 1, Granularity.LAYER);
    static final QuantizationOptions FLOAT = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2));

    private Nets() {
    }

    static NestingOptions nesting(List<Double> keeps, int multiple, Granularity per) {
        NestingOptions.Level shares = new NestingOptions.Level(keeps, multiple, per);
        NestingOptions.Level all = new NestingOptions.Level(List.of(), 1, per);
        return new NestingOptions(shares, shares, all, all);
    }

    static QuantizationOptions quantized(Granularity per) {
        Optional<QuantizationOptions.Bits> bits = Optional.of(new QuantizationOptions.Bits(8, 2, List.of(), per));
        return new QuantizationOptions(bits, bits, new MidRise(2));
    }

    static NetworkSpec net(NestingOptions nesting, QuantizationOptions quantization, NestableBlock... blocks) {
        List<NetworkSpec.Block> named = new ArrayList<>();
        for (NestableBlock block : blocks) {
            named.add(new NetworkSpec.Block("block" + (named.size() + 1), block, true, Optional.empty()));
        }
        return new NetworkSpec(new NetworkSpec.Input(1, 12, 12), named, nesting, quantization);
    }
}
