package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network in two parts: what computes one signal, and what is computed of it.
 *
 * @param signal   the value between them
 * @param before   positions of the nodes that it needs
 * @param after    positions of the nodes that the outputs need beside
 * @param crossing other values that would have to go from the first part into the second, or out of the first part; the network can be cut if there are none
 */
record Cut(String signal, Set<Integer> before, Set<Integer> after, Set<String> crossing) {

    /** Nodes, and which of their results depend on the input. */
    private static final class Nodes {
        private final List<SourceNode> all;
        private final Map<String, Integer> makers = new HashMap<>();
        private final Set<String> varying;

        Nodes(List<SourceNode> all, String input) {
            this.all = all;
            this.varying = new HashSet<>(Set.of(input));
            for (int i = 0; i < all.size(); i++) {
                for (String output : all.get(i).outputs()) {
                    makers.put(output, i);
                }
                if (all.get(i).inputs().stream().anyMatch(varying::contains)) {
                    varying.addAll(all.get(i).outputs());
                }
            }
        }

        List<String> signals(SourceNode node) {
            return node.inputs().stream().filter(varying::contains).distinct().toList();
        }

        Set<Integer> needed(List<String> values, Set<String> known) {
            Set<Integer> needed = new HashSet<>();
            List<String> open = new ArrayList<>(values);
            while (!open.isEmpty()) {
                String value = open.remove(open.size() - 1);
                Integer maker = known.contains(value) ? null : makers.get(value);
                if (maker != null && needed.add(maker)) {
                    open.addAll(all.get(maker).inputs());
                }
            }
            return needed;
        }

        Cut at(String signal, List<String> outputs) {
            Set<Integer> before = needed(List.of(signal), Set.of());
            Set<String> given = new HashSet<>();
            before.forEach(position -> all.get(position).outputs().stream().filter(varying::contains).forEach(given::add));
            varying.stream().filter(value -> !makers.containsKey(value)).forEach(given::add);
            Set<Integer> after = needed(outputs, given);
            Set<String> crossing = new LinkedHashSet<>();
            after.stream().sorted().forEach(position -> all.get(position).inputs().stream().filter(given::contains).forEach(crossing::add));
            outputs.stream().filter(given::contains).forEach(crossing::add);
            crossing.remove(signal);
            return new Cut(signal, before, after, crossing);
        }
    }

    /** The end of a message that suggests it; empty if there is none. */
    static String maybe(List<SourceNode> all, String input, List<String> outputs, Set<String> refused) {
        return suggested(all, input, outputs, refused).map(node -> ". Maybe --freeze-from " + node + ", which leaves it and all behind as it is?").orElse("");
    }

    private boolean legal() {
        return crossing.isEmpty() && !before.isEmpty() && !after.isEmpty();
    }

    /**
     * The node from which on a network could be left as it is, so that none of some nodes is in what is before.
     *
     * @param all     its nodes, in order
     * @param refused names of those
     */
    private static Optional<String> suggested(List<SourceNode> all, String input, List<String> outputs, Set<String> refused) {
        Nodes nodes = new Nodes(all, input);
        int first = 0;
        while (first < nodes.all.size() && !refused.contains(nodes.all.get(first).name())) {
            first++;
        }
        for (int i = Math.min(first, nodes.all.size() - 1); i >= 0; i--) {
            List<String> signals = nodes.signals(nodes.all.get(i));
            if (signals.size() == 1 && !signals.get(0).equals(input)) {
                Cut cut = nodes.at(signals.get(0), outputs);
                if (cut.legal() && cut.before.stream().noneMatch(position -> refused.contains(nodes.all.get(position).name()))) {
                    return Optional.of(nodes.all.get(i).name());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Writes the parts of a file, in front of a node and from it on, as float32 computes them.
     *
     * @param node its own name, or if it has none that of its first result
     * @return what a person should know of the file
     * @throws IOException if it cannot be read, has no such node, or cannot be cut there; the message names the file and what is in the way
     */
    static List<String> write(Path file, String node, Path before, Path after) throws IOException {
        FloatSource source = FloatSource.read(file);
        GraphProto graph = source.model().getGraph();
        Set<String> constant = new HashSet<>();
        graph.getInitializerList().forEach(tensor -> constant.add(tensor.getName()));
        List<String> inputs = graph.getInputList().stream().map(ValueInfoProto::getName).filter(name -> !constant.contains(name)).toList();
        if (inputs.size() != 1) {
            throw new UnreadableException(file, "it has " + inputs.size() + " inputs; one is read");
        }
        if (graph.getNodeList().stream().anyMatch(one -> one.getOutputCount() == 0)) {
            throw new UnreadableException(file, "it has a node without an output");
        }
        Nodes nodes = new Nodes(graph.getNodeList().stream().map(SourceNode::of).toList(), inputs.get(0));
        SourceNode found = nodes.all.stream().filter(one -> one.name().equals(node)).findFirst().orElseThrow(() -> new UnreadableException(file, "it has no node '"
                + node + "'" + Spelling.maybe(node, nodes.all.stream().map(SourceNode::name).toList())));
        List<String> outputs = graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
        String earlier = maybe(nodes.all, inputs.get(0), outputs, Set.of(node));
        List<String> signals = nodes.signals(found);
        if (signals.size() != 1) {
            throw new UnreadableException(file, "node '" + node + "' (" + found.op() + ") takes " + (signals.isEmpty() ? "no signal" : "the signals " + quoted(signals))
                    + "; what is left as it is begins with a node that takes one" + earlier);
        }
        Cut cut = nodes.at(signals.get(0), outputs);
        if (!cut.crossing.isEmpty()) {
            throw new UnreadableException(file, "node '" + node + "' (" + found.op() + ") does not cut it in two: what comes behind takes or gives "
                    + quoted(List.copyOf(cut.crossing)) + " beside '" + cut.signal + "'" + earlier);
        }
        if (cut.before.isEmpty()) {
            throw new UnreadableException(file, "nothing is left to nest before node '" + node + "' (" + found.op() + "), which takes the input");
        }
        ValueInfoProto signal = value(graph, cut.signal);
        write(source.model(), cut.before, graph.getInputList().stream().filter(input -> input.getName().equals(inputs.get(0))).toList(), List.of(signal), before);
        write(source.model(), cut.after, List.of(signal), graph.getOutputList(), after);
        return source.notes();
    }

    private static String quoted(List<String> names) {
        return "'" + String.join("', '", names) + "'";
    }

    private static ValueInfoProto value(GraphProto graph, String name) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        value.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT.getNumber());
        return graph.getValueInfoList().stream().filter(info -> info.getName().equals(name)).findFirst().orElseGet(value::build);
    }

    private static void write(ModelProto model, Set<Integer> positions, List<ValueInfoProto> inputs, List<ValueInfoProto> outputs, Path file) throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder().setName(model.getGraph().getName()).addAllInput(inputs).addAllOutput(outputs);
        Set<String> taken = new HashSet<>();
        for (int position : positions.stream().sorted().toList()) {
            NodeProto node = model.getGraph().getNode(position);
            graph.addNode(node);
            taken.addAll(node.getInputList());
        }
        model.getGraph().getInitializerList().stream().filter(tensor -> taken.contains(tensor.getName())).forEach(graph::addInitializer);
        new OnnxFile(model.toBuilder().setGraph(graph).build(), List.of()).write(file);
    }
}
