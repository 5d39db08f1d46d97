package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The end of a network that was trained elsewhere, left as it is. In an exported file it is one call of a function, whose nodes are the source's and
 * whose numbers are constants of the file: so what is nested can be told from it.
 *
 * @param model a network that takes one signal
 */
public record FrozenTail(ModelProto model) {

    /** The name of the function. */
    static final String FUNCTION = "Frozen";
    private static final String DOMAIN = "io.fullynested.frozen";
    /** What names of its numbers begin with. */
    static final String PREFIX = "frozen.";
    private static final int BATCH = 100;

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, or takes not one signal; the message names it
     */
    public static FrozenTail read(Path file) throws IOException {
        ModelProto model = OnnxFile.read(file).proto();
        Set<String> constant = constants(model);
        if (model.getGraph().getInputList().stream().filter(input -> !constant.contains(input.getName())).count() != 1) {
            throw new UnreadableException(file, "what is left as it is takes one signal");
        }
        return new FrozenTail(model);
    }

    private static Set<String> constants(ModelProto model) {
        Set<String> constant = new HashSet<>();
        model.getGraph().getInitializerList().forEach(tensor -> constant.add(tensor.getName()));
        return constant;
    }

    private String input() {
        Set<String> constant = constants(model);
        return model.getGraph().getInputList().stream().map(ValueInfoProto::getName).filter(name -> !constant.contains(name)).findFirst().orElseThrow();
    }

    private static int opset(ModelProto model) {
        return (int) model.getOpsetImportList().stream().filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")).mapToLong(OperatorSetIdProto::getVersion)
                .max().orElse(1);
    }

    /** A network that ends in this. */
    ModelProto behind(ModelProto nested) {
        GraphProto graph = nested.getGraph();
        Set<String> taken = new HashSet<>();
        model.getGraph().getOutputList().forEach(output -> taken.add(output.getName()));
        UnaryOperator<String> renamed = name -> taken.contains(name) ? name + "." + PREFIX : name;
        GraphProto.Builder whole = GraphProto.newBuilder().setName(graph.getName()).addAllInput(graph.getInputList()).addAllOutput(model.getGraph().getOutputList());
        for (NodeProto node : graph.getNodeList()) {
            whole.addNode(node.toBuilder().clearInput().addAllInput(node.getInputList().stream().map(renamed).toList())
                    .clearOutput().addAllOutput(node.getOutputList().stream().map(renamed).toList()));
        }
        graph.getInitializerList().forEach(tensor -> whole.addInitializer(tensor.toBuilder().setName(renamed.apply(tensor.getName()))));
        Stream.concat(graph.getValueInfoList().stream(), graph.getOutputList().stream())
                .forEach(info -> whole.addValueInfo(info.toBuilder().setName(renamed.apply(info.getName()))));
        FunctionProto.Builder function = FunctionProto.newBuilder().setName(FUNCTION).setDomain(DOMAIN).addAllNode(model.getGraph().getNodeList())
                .addAllOpsetImport(model.getOpsetImportList()).addInput(input());
        NodeProto.Builder call = NodeProto.newBuilder().setName(FUNCTION).setOpType(FUNCTION).setDomain(DOMAIN).addInput(renamed.apply(graph.getOutput(0).getName()));
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            function.addInput(tensor.getName());
            call.addInput(PREFIX + tensor.getName());
            whole.addInitializer(tensor.toBuilder().setName(PREFIX + tensor.getName()));
        }
        for (ValueInfoProto output : model.getGraph().getOutputList()) {
            function.addOutput(output.getName());
            call.addOutput(output.getName());
        }
        int version = Math.max(opset(nested), opset(model));
        ModelProto.Builder made = nested.toBuilder().setGraph(whole.addNode(call)).addFunctions(function)
                .setIrVersion(Math.max(nested.getIrVersion(), Math.max(model.getIrVersion(), Opset.irVersion(version))));
        for (OperatorSetIdProto.Builder set : made.getOpsetImportBuilderList()) {
            if (set.getDomain().isEmpty()) {
                set.setVersion(version);
            }
        }
        made.getFunctionsBuilderList().stream().filter(other -> !other.getName().equals(FUNCTION)).flatMap(other -> other.getOpsetImportBuilderList().stream())
                .filter(set -> set.getDomain().isEmpty()).forEach(set -> set.setVersion(version));
        model.getOpsetImportList().stream().filter(set -> made.getOpsetImportList().stream().noneMatch(other -> other.getDomain().equals(set.getDomain())))
                .filter(set -> !set.getDomain().equals("ai.onnx")).forEach(made::addOpsetImport);
        return made.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1)).build();
    }

    /** With the shape of what it takes, which a file of a part need not tell. */
    private ModelProto taking(int... shape) {
        String input = input();
        ModelProto.Builder shaped = model.toBuilder();
        for (ValueInfoProto.Builder info : shaped.getGraphBuilder().getInputBuilderList()) {
            if (info.getName().equals(input)) {
                var dims = info.getTypeBuilder().getTensorTypeBuilder().clearShape().getShapeBuilder();
                dims.addDimBuilder().setDimParam("N");
                for (int i = 1; i < shape.length; i++) {
                    dims.addDimBuilder().setDimValue(shape[i]);
                }
            }
        }
        return shaped.build();
    }

    /**
     * What it makes of signals.
     *
     * @param signals {@code [n, …]}
     * @return {@code [n, …]}; of several outputs {@code [n, all numbers]}
     */
    public Tensor of(Tensor signals, int threads) {
        try (OnnxSession session = OnnxSession.open(taking(signals.shape()).toByteArray(), true, threads)) {
            List<Tensor> results = new ArrayList<>();
            for (int from = 0; from < signals.shape()[0]; from += BATCH) {
                results.add(session.run(signals.range(from, Math.min(signals.shape()[0], from + BATCH))));
            }
            return Tensor.concat(results);
        }
    }
}
