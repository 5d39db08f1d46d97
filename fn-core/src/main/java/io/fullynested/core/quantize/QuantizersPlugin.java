package io.fullynested.core.quantize;

import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.quantize.Quantizer;
import java.util.List;

/** The built-in weight quantisers. */
public final class QuantizersPlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "quantizers";
    }

    @Override
    public List<Factory<Quantizer>> quantizers() {
        return List.of(
                Factory.of("mid-rise", "leading bits of an 8-bit code, read at the middle of their interval", MidRise.class, Quantizer.class),
                Factory.of("dorefa", "the same of a weight's tanh, up to the greatest weight of the output channel (DoReFa-Net)", DoReFa.class,
                        Quantizer.class));
    }
}
