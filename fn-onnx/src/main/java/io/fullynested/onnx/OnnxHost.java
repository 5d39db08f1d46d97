package io.fullynested.onnx;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.RandomModel;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.core.spec.OptionDescription;
import java.util.Arrays;
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
        Graph exported = format.coded() ? graph : GraphPasses.clipped(graph);
        Model model = IntegerBias.round(SubmodelExtractor.extract(RandomModel.of(exported, quantizer)));
        return new OnnxExporter(format).export(model, NOWHERE);
    }

    private Format format(Optional<String> name, Graph graph) {
        List<String> names = OptionDescription.constants(Format.class);
        if (name.isPresent() && !names.contains(name.get())) {
            throw new IllegalArgumentException("there is no format '" + name.get() + "'" + Spelling.maybe(name.get(), names) + " There are: "
                    + String.join(", ", names));
        }
        Format chosen = name.map(given -> Format.values()[names.indexOf(given)]).orElseGet(() -> standard.apply(graph));
        // a search looks at submodels that a format does not fit, too, and they cost something in another one
        return chosen.misfit(graph).isPresent() ? Target.ONNXRUNTIME.format(graph) : chosen;
    }

    @Override
    public Timing time(Graph graph, int batch, int threads) {
        Stopwatch stopwatch = new Stopwatch(export(graph, standard.apply(graph)).bytes(), batch, threads);
        double whole = stopwatch.milliseconds();
        Map<String, Double> kernels = stopwatch.kernels();
        double[] perNode = new double[graph.nodes().size()];
        int[] counts = new int[perNode.length];
        kernels.forEach((name, milliseconds) -> {
            int node = node(graph, name.replaceFirst("^fused ", ""));
            perNode[node] += milliseconds;
            counts[node]++;
        });
        giveToLayers(graph, perNode, counts);
        // a run takes time beside its kernels, and a profile takes time for each kernel: about the same for all of them
        double beside = (whole - Arrays.stream(perNode).sum()) / kernels.size();
        for (int i = 0; i < perNode.length; i++) {
            perNode[i] = Math.max(perNode[i] / 10, perNode[i] + counts[i] * beside);
        }
        double sum = Arrays.stream(perNode).sum();
        return new Timing(whole, Arrays.stream(perNode).map(time -> time * whole / sum).toArray());
    }

    /** A layer that has no kernel of its own is computed by that of the activation function or the clip that follows it, which was merged into it. */
    private static void giveToLayers(Graph graph, double[] perNode, int[] counts) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 && changesEachNumber(graph.node(i))) {
                int layer = i;
                while (changesEachNumber(graph.node(layer))) {
                    layer = graph.node(layer).inputs().get(0);
                }
                if (counts[layer] == 0 && graph.node(layer).operator().layer().isPresent()) {
                    perNode[layer] = perNode[i];
                    counts[layer] = counts[i];
                    perNode[i] = 0;
                    counts[i] = 0;
                }
            }
        }
    }

    private static boolean changesEachNumber(Node node) {
        return node.operator().inPlace() && node.inputs().size() == 1;
    }

    /** The node that a kernel computes, or the last one of several that it computes: their names start its own. */
    private static int node(Graph graph, String kernel) {
        int best = 0;
        int length = -1;
        for (int i = 0; i < graph.nodes().size(); i++) {
            String name = graph.node(i).name();
            if (name.length() > length && kernel.startsWith(name) && (kernel.length() == name.length() || "/_".indexOf(kernel.charAt(name.length())) >= 0)) {
                best = i;
                length = name.length();
            }
        }
        return best;
    }
}
