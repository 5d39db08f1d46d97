package io.fullynested.onnx;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.RandomModel;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.core.spec.OptionDescription;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Answers cost models by what this exporter writes, and by running it in onnxruntime. */
public final class OnnxHost implements Host {

    private static final Provenance NOWHERE = new Provenance("", "", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());

    private final Function<Graph, Format> standard;
    private final Quantizer quantizer;

    /**
     * A host.
     *
     * @param standard  the format that a network is exported to
     * @param quantizer how weights are read at fewer bits
     */
    public OnnxHost(Function<Graph, Format> standard, Quantizer quantizer) {
        this.standard = standard;
        this.quantizer = quantizer;
    }

    @Override
    public double[] storedBytes(Graph graph, Optional<String> format) {
        return StoredNumbers.perNode(graph, format(format, graph));
    }

    @Override
    public double fileBytes(Graph graph, Optional<String> format) {
        return export(graph, format(format, graph)).proto().getSerializedSize();
    }

    private OnnxFile export(Graph graph, Format format) {
        Graph exported = format == Format.FLOAT32 ? GraphPasses.withoutActivationQuantizers(graph) : graph;
        Model model = IntegerBias.round(SubmodelExtractor.extract(RandomModel.of(exported, quantizer)));
        return new OnnxExporter(format).export(model, NOWHERE);
    }

    private Format format(Optional<String> name, Graph graph) {
        List<String> names = OptionDescription.constants(Format.class);
        if (name.isPresent() && !names.contains(name.get())) {
            throw new IllegalArgumentException("there is no format '" + name.get() + "'" + Spelling.maybe(name.get(), names) + " There are: "
                    + String.join(", ", names));
        }
        return name.map(given -> Format.values()[names.indexOf(given)]).orElseGet(() -> standard.apply(graph));
    }

    @Override
    public Timing time(Graph graph, int batch, int threads) {
        throw new UnsupportedOperationException();
    }
}
