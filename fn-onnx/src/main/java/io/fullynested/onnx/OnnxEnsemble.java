package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Several files as one whose output is the mean of theirs. They take the same input; all else of the k-th is called {@code mk_} and what it was. Of what the
 * files claim, costs are added, selections are joined by {@value Claims#AND}, and scores, which are of each alone, are left out.
 */
public final class OnnxEnsemble {

    private static final String COST = "fullynested.cost.";

    private OnnxEnsemble() {
    }

    /**
     * Puts files together.
     *
     * @param members at least one, of one input and one output each, these of the same shapes, written with the same {@linkplain #opset version} of operators
     * @throws IllegalArgumentException if they do not go together, saying why
     */
    public static OnnxFile averaged(List<OnnxFile> members) {
        List<ModelProto> models = members.stream().map(OnnxFile::proto).toList();
        ModelProto first = models.get(0);
        for (ModelProto other : models) {
            require(first, other);
        }
        GraphProto.Builder graph = GraphProto.newBuilder().setName(first.getGraph().getName()).addAllInput(first.getGraph().getInputList())
                .addAllOutput(first.getGraph().getOutputList());
        String input = first.getGraph().getInput(0).getName();
        NodeProto.Builder mean = NodeProto.newBuilder().setName("mean").setOpType("Mean").addOutput(first.getGraph().getOutput(0).getName());
        for (int k = 0; k < models.size(); k++) {
            String prefix = "m" + (k + 1) + "_";
            add(graph, models.get(k).getGraph(), name -> name.isEmpty() || name.equals(input) ? name : prefix + name);
            mean.addInput(prefix + models.get(k).getGraph().getOutput(0).getName());
        }
        ModelProto.Builder joined = first.toBuilder().setGraph(graph.addNode(mean)).clearFunctions().clearMetadataProps().clearOpsetImport()
                .setIrVersion(models.stream().mapToLong(ModelProto::getIrVersion).max().orElseThrow());
        joined.addAllOpsetImport(models.stream().flatMap(model -> model.getOpsetImportList().stream()).distinct().toList());
        joined.addAllFunctions(functions(models));
        joined.addAllMetadataProps(claims(models));
        return new OnnxFile(Claims.seal(joined), members.stream().flatMap(member -> member.notes().stream()).distinct().toList());
    }

    /** The version of ONNX' operators that a file is written with. */
    public static int opset(OnnxFile file) {
        return file.proto().getOpsetImportList().stream().filter(domain -> domain.getDomain().isEmpty()).mapToInt(domain -> (int) domain.getVersion()).findFirst()
                .orElseThrow();
    }

    private static void require(ModelProto first, ModelProto other) {
        if (other.getGraph().getInputCount() != 1 || other.getGraph().getOutputCount() != 1) {
            throw new IllegalArgumentException("an ensemble is of networks with one input and one output, found " + other.getGraph().getInputCount() + " and "
                    + other.getGraph().getOutputCount());
        }
        if (!first.getGraph().getInput(0).equals(other.getGraph().getInput(0)) || !first.getGraph().getOutput(0).equals(other.getGraph().getOutput(0))) {
            throw new IllegalArgumentException("the members of an ensemble do not take and give the same");
        }
        if (first.getOpsetImportList().stream().anyMatch(one -> other.getOpsetImportList().stream().anyMatch(another -> another.getDomain().equals(one.getDomain())
                && another.getVersion() != one.getVersion()))) {
            throw new IllegalArgumentException("the members of an ensemble are written with other versions of operators. Maybe the same format and opset for all?");
        }
    }

    private static void add(GraphProto.Builder graph, GraphProto member, UnaryOperator<String> named) {
        member.getInitializerList().forEach(tensor -> graph.addInitializer(tensor.toBuilder().setName(named.apply(tensor.getName()))));
        member.getValueInfoList().forEach(value -> graph.addValueInfo(value.toBuilder().setName(named.apply(value.getName()))));
        member.getOutputList().stream().map(ValueInfoProto::toBuilder).forEach(value -> graph.addValueInfo(value.setName(named.apply(value.getName()))));
        for (NodeProto node : member.getNodeList()) {
            NodeProto.Builder renamed = node.toBuilder().clearInput().clearOutput().setName(named.apply(node.getName()));
            node.getInputList().forEach(name -> renamed.addInput(named.apply(name)));
            node.getOutputList().forEach(name -> renamed.addOutput(named.apply(name)));
            graph.addNode(renamed);
        }
    }

    /** Those that several members have are the same. */
    private static List<FunctionProto> functions(List<ModelProto> models) {
        List<FunctionProto> all = new ArrayList<>(models.stream().flatMap(model -> model.getFunctionsList().stream()).distinct().toList());
        if (all.stream().map(FunctionProto::getName).distinct().count() < all.size()) {
            throw new IllegalArgumentException("the members of an ensemble have functions of the same name that do not do the same");
        }
        return all;
    }

    private static List<StringStringEntryProto> claims(List<ModelProto> models) {
        List<Claims> claims = models.stream().map(Claims::of).toList();
        Set<String> keys = new TreeSet<>(claims.get(0).metadata().keySet());
        List<StringStringEntryProto> joined = new ArrayList<>();
        for (String key : keys) {
            List<String> values = claims.stream().flatMap(claim -> claim.text(key).stream()).toList();
            if (values.size() < models.size()) {
                continue;
            }
            if (key.startsWith(COST)) {
                joined.add(entry(key, sum(values)));
            } else if (key.equals(Claims.SELECTION)) {
                joined.add(entry(key, String.join(Claims.AND, values)));
            } else if (values.stream().distinct().count() == 1 && Stream.of(Claims.BYTES, Claims.DIGEST, Claims.LATENCY).noneMatch(key::equals)
                    && !key.matches("fullynested\\.[a-z0-9-]+\\.(test|validation)")) {
                joined.add(entry(key, values.get(0)));
            }
        }
        joined.sort(Comparator.comparing(StringStringEntryProto::getKey));
        return joined;
    }

    private static String sum(List<String> values) {
        double sum = values.stream().mapToDouble(Double::parseDouble).sum();
        return sum == Math.rint(sum) && sum < 1e15 ? Long.toString((long) sum) : Double.toString(sum);
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
