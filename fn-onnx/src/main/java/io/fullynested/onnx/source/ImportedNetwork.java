package io.fullynested.onnx.source;

import io.fullynested.api.graph.Input;
import io.fullynested.core.block.GraphBlock;
import io.fullynested.core.block.GraphNode;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.Normalization;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.OnnxSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * An ONNX file as a block that can be nested, with its numbers.
 *
 * @param block      its nodes
 * @param input      what it takes, without the batch dimension, under the name that the file gives it
 * @param output     the name of its output
 * @param tensors    weights, biases, scales and shifts: {@code conv1/weight}, by the names of the nodes
 * @param statistics means and variances of its batch norms: {@code bn1/mean}
 * @param metadata   what the file says about itself, by key
 * @param notes      what of it is not as it was: half precision, signals that were rounded
 */
public record ImportedNetwork(GraphBlock block, NetworkSpec.Input input, String output, Map<String, Tensor> tensors, Map<String, Tensor> statistics,
                              Map<String, String> metadata, List<String> notes) {

    /** The name of the block. */
    public static final String NAME = "net";

    /**
     * Reads a file.
     *
     * @param shape  extents of its input without the batch dimension, where the file leaves them open
     * @param images some of what it was trained on, {@code [n, C, H, W]} in its own units, asked for if an exporter folded its batch norms away:
     *               they are put back from these
     * @throws IOException if it cannot be read, or has nodes that no operator stands for; the message names the file and the node
     */
    public static ImportedNetwork read(Path file, Optional<int[]> shape, Supplier<Optional<Tensor>> images) throws IOException {
        return InputFile.read(file, () -> raised(file, shape, images));
    }

    /**
     * A file in onnxruntime as it is read: in float32, its signals not rounded.
     *
     * @throws IOException if it cannot be read
     */
    public static OnnxSession session(Path file) throws IOException {
        try {
            FloatSource source = FloatSource.read(file);
            return source.asItIs() ? OnnxSession.open(file, true, 1) : OnnxSession.open(source.model().toByteArray(), true, 1);
        } catch (IllegalArgumentException e) {
            throw new UnreadableException(file, e.getMessage(), e);
        }
    }

    /**
     * Cuts a file in front of a node, and writes what is before it and what begins with it, as float32 computes them.
     *
     * @param node its own name, or if it has none that of its first result
     * @return what a person should know of the file
     * @throws IOException if it cannot be read, has no such node, or cannot be cut there; the message names the file and what is in the way
     */
    public static List<String> cut(Path file, String node, Path before, Path after) throws IOException {
        return Cut.write(file, node, before, after);
    }

    private static ImportedNetwork raised(Path file, Optional<int[]> shape, Supplier<Optional<Tensor>> images) throws IOException {
        SourceGraph source = SourceGraph.read(file, shape);
        int[] extents = source.shape(source.input());
        if (extents.length != 2 && extents.length != 4) {
            throw new UnreadableException(file, "its input '" + source.input() + "' has " + extents.length + " dimensions; images [N, C, H, W] or rows [N, D] are read");
        }
        Raising raised = new Raising(source).run();
        if (raised.folded()) {
            Optional<Tensor> some = images.get();
            if (some.isPresent()) {
                raised.unfold(file, some.get());
            }
        }
        Residuals.find(raised.drafts(), raised.atoms());
        boolean row = extents.length == 2;
        NetworkSpec.Input input = new NetworkSpec.Input(name(source.input()), extent(extents, 1, !row), extent(extents, 2, !row), extent(extents, 3, !row),
                extent(extents, 1, row), Normalization.Word.NONE, Input.Type.FLOAT32, Optional.empty());
        return new ImportedNetwork(block(raised), input, name(source.output()), raised.tensors(), raised.statistics(), source.metadata(), source.notes());
    }

    /** A name that descriptions may have, which those of most files are. */
    private static String name(String own) {
        String legal = own.replaceAll("[^A-Za-z0-9_.:-]", ".").replaceAll("^[.:-]+", "");
        return legal.isEmpty() || legal.equals(NAME) ? legal + "_" : legal;
    }

    private static Optional<Integer> extent(int[] extents, int dimension, boolean there) {
        return there ? Optional.of(extents[dimension]) : Optional.empty();
    }

    private static GraphBlock block(Raising raised) {
        List<GraphNode> nodes = new ArrayList<>();
        Optional<Draft> before = Optional.empty();
        for (Draft draft : raised.drafts()) {
            nodes.add(draft.node(before, raised.atoms()));
            before = Optional.of(draft);
        }
        return new GraphBlock(nodes);
    }

    /** The same with the arrays of another one where both hold the same numbers, so that they are in memory once. */
    public ImportedNetwork sharing(ImportedNetwork other) {
        Map<String, Tensor> shared = new TreeMap<>(tensors);
        shared.replaceAll((name, tensor) -> tensor.equals(other.tensors.get(name)) ? other.tensors.get(name) : tensor);
        return new ImportedNetwork(block, input, this.output, shared, statistics, metadata, notes);
    }

    /** The same without its numbers: what descriptions need. */
    public ImportedNetwork withoutNumbers() {
        return new ImportedNetwork(block, input, output, Map.of(), Map.of(), metadata, notes);
    }

    /** The same with residual units that are left out in another order. */
    public ImportedNetwork with(GraphBlock other) {
        return new ImportedNetwork(other, input, output, tensors, statistics, metadata, notes);
    }

    /**
     * The same on images that are not as the file wants them.
     *
     * @param normalization what makes them so
     * @param range         the least and the greatest number of the images; empty for 0..1
     */
    public ImportedNetwork taking(Normalization normalization, Optional<List<Double>> range) {
        return new ImportedNetwork(block, new NetworkSpec.Input(input.name(), input.channels(), input.height(), input.width(), input.features(), normalization,
                input.type(), range), output, tensors, statistics, metadata, notes);
    }

    /** The network as its author would describe it. */
    public NetworkSpec spec(NestingOptions nesting, QuantizationOptions quantization) {
        return new NetworkSpec(Optional.of(input), List.of(), List.of(NetworkSpec.Block.of(block).named(NAME)), nesting, quantization, Optional.of(output), List.of());
    }

    /** The tensors that the masters of {@link #spec} start from. Clips of signals are not among them, as a source in float has none. */
    public Map<String, Tensor> masters() {
        Map<String, Tensor> masters = named(tensors);
        if (input.normalize() instanceof Normalization.Given given) {
            masters.put(input.mean(), vector(given.mean()));
            masters.put(input.deviation(), vector(given.deviation()));
        }
        return masters;
    }

    private static Tensor vector(List<Double> numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i).floatValue();
        }
        return Tensor.vector(values);
    }

    /** The statistics of its batch norms, by the names that the nodes of {@link #spec} give them. */
    public Map<String, Tensor> running() {
        return named(statistics);
    }

    private static Map<String, Tensor> named(Map<String, Tensor> own) {
        Map<String, Tensor> named = new TreeMap<>();
        own.forEach((name, tensor) -> named.put(NAME + "/" + name, tensor));
        return named;
    }
}
