package io.fullynested;

import io.fullynested.core.block.GraphNode;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.core.spec.SpecWriter;
import io.fullynested.onnx.source.ImportedNetwork;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The descriptions that an import writes. */
final class ImportedYaml {

    /** Nothing is a code. */
    static final QuantizationOptions FLOAT = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2));

    private static final Level WHOLE = new Level(List.of(1.), 1, Granularity.LAYER);
    private static final int LARGE = 64;

    private final String name;
    private final String data;

    /**
     * Descriptions of one import.
     *
     * @param name of the source's file
     * @param data its {@code data}, as YAML
     */
    ImportedYaml(String name, String data) {
        this.name = name;
        this.data = data;
    }

    /** The source itself: float32, nothing nested. */
    String source(ImportedNetwork network) {
        return "# " + name + ", as it was\n" + yaml(network.spec(new NestingOptions(WHOLE, WHOLE, WHOLE, WHOLE), FLOAT));
    }

    /** Quarters of each axis, in multiples of 8 where channels are many. */
    NestingOptions nesting(ImportedNetwork network) {
        int most = network.block().nodes().stream().mapToInt(GraphNode::channels).max().orElse(1);
        Level quarters = new Level(List.of(.25, .5, .75, 1.), most >= LARGE ? 8 : most >= LARGE / 4 ? 4 : 1, Granularity.LAYER);
        return new NestingOptions(quarters, quarters, WHOLE, new Level(List.of(), 1, Granularity.LAYER));
    }

    /** The nested network. */
    String nested(ImportedNetwork network) {
        Bits weights = new Bits(8, 4, List.of(4, 8), Granularity.NETWORK);
        Bits signals = new Bits(8, 8, List.of(8), Granularity.NETWORK);
        return "# " + name + ", nested: ./fn import wrote it\n"
                + yaml(network.spec(nesting(network), new QuantizationOptions(Optional.of(weights), Optional.of(signals), new MidRise(2))));
    }

    /**
     * How it is trained with the source as its teacher, and searched.
     *
     * @param macs of the full network
     */
    String training(double macs) {
        return String.format(Locale.ROOT, """
                training:
                  epochs: 3
                  warm-start: {checkpoint: %s}                # as it was imported and ranked
                  distillation: {from: teacher, teacher: %s}      # and learns to answer as its source does
                  optimizer: {learning-rate: 0.02}
                search:
                  budgets:
                    - {name: three-quarters, macs: %.0f}
                    - {name: half, macs: %.0f}
                    - {name: quarter, macs: %.0f}
                """, OnnxImport.CHECKPOINT, OnnxImport.SOURCE, .75 * macs, .5 * macs, .25 * macs);
    }

    private String yaml(NetworkSpec spec) {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            return data + "network:\n" + new SpecWriter(registry).write(spec).stripTrailing().indent(2);
        }
    }
}
