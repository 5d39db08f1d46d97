package io.fullynested.onnx;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.RandomModel;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.core.spec.OptionDescription;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers cost models by what this exporter writes, and by having it timed. */
public final class OnnxHost implements Host {

    private static final Provenance NOWHERE = new Provenance("", "", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());

    private final Function<Graph, Format> standard;
    private final Quantizer quantizer;
    private final Numbers none;
    private final Names names;
    private final Supplier<Provenance> origin;
    private final Stopwatch stopwatch;
    private volatile Sized last;

    /**
     * A host.
     *
     * @param standard  the format that a network is exported to
     * @param quantizer how weights are read at fewer bits
     * @param names     what the files have
     * @param origin    the most that the files say of their origin
     * @param stopwatch what times them
     */
    public OnnxHost(Function<Graph, Format> standard, Quantizer quantizer, Names names, Supplier<Provenance> origin, Stopwatch stopwatch) {
        this.standard = standard;
        this.quantizer = quantizer;
        this.none = Numbers.none(quantizer);
        this.names = names;
        this.origin = origin;
        this.stopwatch = stopwatch;
    }

    /** A host that knows nothing of the origin of files, and times them here. */
    public OnnxHost(Function<Graph, Format> standard, Quantizer quantizer) {
        this(standard, quantizer, Names.SHORT, () -> NOWHERE, new OnnxStopwatch());
    }

    @Override
    public double[] storedBytes(Graph graph, Optional<String> format) {
        Format chosen = format(format, graph);
        Graph written = written(graph, chosen);
        return perNode(graph, written, new OnnxExporter(chosen).lower(written, none, chosen.layouts(written).get(0), NOWHERE).shares().numbers());
    }

    @Override
    public double fileBytes(Graph graph, Optional<String> format) {
        return sized(graph, format).bytes();
    }

    @Override
    public double[] fileBytesPerNode(Graph graph, Optional<String> format) {
        Sized sized = sized(graph, format);
        return perNode(graph, sized.written(), sized.shares().bytes());
    }

    /** Told by the graph alone: a search asks for thousands, and to write each would take a third of its time. */
    @Override
    public double[] executedMacs(Graph graph, Optional<String> format) {
        Format chosen = format(format, graph);
        boolean integers = chosen.coded() && chosen != Format.QONNX;
        List<Optional<FakeQuantize>> codes = SignalGrid.all(graph, Function.identity());
        return graph.nodes().stream().mapToDouble(node -> graph.macs(node) * node.operator().layer().filter(layer -> integers && layer.groups() > 1
                && codes.get(node.inputs().get(0)).isPresent() && chosen.codes(layer.weight())).map(WideGroups::together).orElse(1)).toArray();
    }

    private static double[] perNode(Graph graph, Graph written, double[] shares) {
        Map<String, Double> byName = new HashMap<>();
        for (int i = 0; i < shares.length; i++) {
            byName.put(written.node(i).name(), shares[i]);
        }
        return graph.nodes().stream().mapToDouble(node -> byName.getOrDefault(node.name(), 0.0)).toArray();
    }

    /** The last graph that was asked for, as one submodel is told by several costs, one after another. */
    private record Sized(Graph graph, Format format, Graph written, OnnxShares shares, int bytes) {
    }

    private Sized sized(Graph graph, Optional<String> name) {
        Format format = format(name, graph);
        Sized known = last;
        if (known == null || known.graph() != graph || known.format() != format) {
            Graph written = written(graph, format);
            Provenance widest = origin.get();
            OnnxExporter.Lowered lowered = new OnnxExporter(format).named(names).lower(written, none, widest);
            known = new Sized(graph, format, written, lowered.shares(), lowered.proto().getSerializedSize() + Claims.room(written.inputs(), widest));
            last = known;
        }
        return known;
    }

    /** Bytes of a whole file but for its metadata. */
    static int size(Graph graph, Format format) {
        return new OnnxExporter(format).lower(written(graph, format), Numbers.none(), NOWHERE).proto().getSerializedSize();
    }

    private static Graph written(Graph graph, Format format) {
        return GraphPasses.standalone(format.coded() ? graph : GraphPasses.clipped(graph));
    }

    private OnnxFile export(Graph graph, Format format) {
        Graph exported = format.coded() ? graph : GraphPasses.clipped(graph);
        Model model = IntegerBias.round(SubmodelExtractor.extract(RandomModel.of(exported, quantizer)));
        return new OnnxExporter(format).named(Names.LONG).export(model, NOWHERE);
    }

    private Format format(Optional<String> name, Graph graph) {
        List<String> names = OptionDescription.constants(Format.class);
        if (name.isPresent() && !names.contains(name.get())) {
            throw new IllegalArgumentException("there is no format '" + name.get() + "'" + Spelling.maybeOrStop(name.get(), names) + " There are: "
                    + String.join(", ", names));
        }
        Format chosen = name.map(given -> Format.values()[names.indexOf(given)]).orElseGet(() -> standard.apply(graph));
        // a search looks at submodels that a format does not fit, too, and they cost something in another one
        return chosen.misfit(graph).isPresent() ? Target.ONNXRUNTIME.format(graph) : chosen;
    }

    @Override
    public Timing time(Graph graph, int batch, int threads) {
        Stopwatch.Reading reading = stopwatch.time(export(graph, standard.apply(graph)).bytes(), batch, threads);
        double whole = reading.milliseconds();
        Map<String, Double> kernels = reading.kernels();
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
