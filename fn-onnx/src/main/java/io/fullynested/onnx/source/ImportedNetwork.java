package io.fullynested.onnx.source;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.block.GraphBlock;
import io.fullynested.core.block.GraphNode;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * An ONNX file as a block that can be nested, with its numbers.
 *
 * @param block      its nodes
 * @param input      what it takes, without the batch dimension
 * @param tensors    weights, biases, scales and shifts: {@code conv1/weight}, by the names of the nodes
 * @param statistics means and variances of its batch norms: {@code bn1/mean}
 * @param inputName  the name of its input
 * @param outputName the name of its output
 */
public record ImportedNetwork(GraphBlock block, Shape input, Map<String, Tensor> tensors, Map<String, Tensor> statistics, String inputName,
                              String outputName) {

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
        SourceGraph source = SourceGraph.read(file, shape);
        int[] extents = source.shape(source.input());
        if (extents.length != 2 && extents.length != 4) {
            throw new IOException(file + ": its input '" + source.input() + "' has " + extents.length + " dimensions; images [N, C, H, W] or rows [N, D] are read");
        }
        try {
            Raising raised = new Raising(source).run();
            if (raised.folded()) {
                Optional<Tensor> some = images.get();
                if (some.isPresent()) {
                    raised.unfold(file, some.get());
                }
            }
            Residuals.find(raised.drafts(), raised.atoms());
            Shape input = extents.length == 2 ? Shape.image(extents[1], 1, 1) : Shape.image(extents[1], extents[2], extents[3]);
            return new ImportedNetwork(block(raised), input, raised.tensors(), raised.statistics(), source.input(), source.output());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
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

    /** The same with residual units that are left out in another order. */
    public ImportedNetwork with(GraphBlock other) {
        return new ImportedNetwork(other, input, tensors, statistics, inputName, outputName);
    }

    /** The network as its author would describe it. */
    public NetworkSpec spec(NestingOptions nesting, QuantizationOptions quantization) {
        return new NetworkSpec(new NetworkSpec.Input(input.channels(), input.height(), input.width()), List.of(NetworkSpec.Block.of(block).named(NAME)),
                nesting, quantization);
    }

    /**
     * The tensors that the masters of {@link #spec} start from; images come as the network was trained with, so they are not normalised. Clips
     * of signals are not among them, as a source in float has none.
     */
    public Map<String, Tensor> masters() {
        Map<String, Tensor> masters = named(tensors);
        float[] ones = new float[input.channels()];
        Arrays.fill(ones, 1);
        masters.put("input/mean", Tensor.vector(new float[input.channels()]));
        masters.put("input/deviation", Tensor.vector(ones));
        return masters;
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
