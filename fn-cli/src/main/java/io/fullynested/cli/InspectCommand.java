package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.NestedNetwork;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.io.InputFile;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is in a file. */
@Command(name = "inspect", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Show the axes and costs of a YAML file or a checkpoint, what an ONNX file says about itself, or the members of a bundle.")
final class InspectCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "a YAML file, a checkpoint, an ONNX file or a bundle")
    private Path file;

    @Option(names = "--select", paramLabel = "AXIS=KEEP,...|FILE",
            description = "also show the layers of a submodel; '' for the full one")
    private String select;

    @Mixin
    private Report report;

    @Override
    public Integer call() throws Exception {
        return report.tell(this::inspect);
    }

    private int inspect(PrintWriter text) throws IOException {
        String name = file.toString();
        if (name.endsWith(".onnx")) {
            onnx(text);
        } else if (name.endsWith(".fnb")) {
            BundleMember.list(BundleMember.open(file), file, text);
        } else if (name.endsWith(".safetensors")) {
            try (TrainedSupernet net = FullyNested.load(file, report.common().settings())) {
                network(text, net.network());
                net.tuned().ifPresent(selection -> text.println("tuned     " + selection));
            }
        } else {
            try (FullyNested fn = FullyNested.open(file, report.common().settings())) {
                network(text, fn);
            }
        }
        return 0;
    }

    private void network(PrintWriter text, NestedNetwork fn) throws IOException {
        SubmodelSpec selection = select == null ? null : SelectionArgument.parse(select, fn.supernet().axes(), file);
        text.println(Console.text("%s: %s submodels", fn.name(), Pipeline.count(fn.supernet().submodels())));
        for (NestedAxis axis : fn.supernet().axes().axes()) {
            text.println(Console.text("    %-28s %-9s %s", axis.id(), axis.level(), axis.keeps()));
        }
        text.println("full      " + Pipeline.costs(fn.costs().costs(fn.supernet().axes().full()), fn.costs().units()));
        text.println("smallest  " + Pipeline.costs(fn.costs().costs(fn.supernet().axes().smallest()), fn.costs().units()));
        if (selection != null) {
            layers(text, fn, selection);
        }
    }

    private static void layers(PrintWriter text, NestedNetwork fn, SubmodelSpec selection) {
        text.println("selected  " + Pipeline.costs(fn.costs().costs(selection), fn.costs().units()));
        Graph graph = fn.supernet().compile(selection);
        Map<String, String> units = fn.costs().units();
        Map<String, double[]> shares = fn.costs().perNode(graph);
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.node(i);
            Map<String, Double> costs = new TreeMap<>();
            int position = i;
            shares.forEach((cost, share) -> costs.put(cost, share[position]));
            costs.values().removeIf(share -> share == 0);
            text.println(Console.text("    %-36s %-18s %-10s %s", node.name(), node.operator().getClass().getSimpleName(), node.shape(),
                    Pipeline.costs(costs, units)).stripTrailing());
        }
    }

    private void onnx(PrintWriter text) throws IOException {
        OnnxFile onnx = OnnxFile.read(file);
        OnnxCosts costs = InputFile.read(file, () -> OnnxCosts.of(onnx.proto()));
        text.println(onnx.proto().getDocString());
        text.println(Console.text("counted: macs %,d, params %,d, %d nodes", costs.macs(), costs.params(), onnx.proto().getGraph().getNodeCount()));
        onnx.proto().getMetadataPropsList().forEach(entry ->
                text.println(Console.text("    %-32s %s", entry.getKey(), entry.getValue().replace("\n", ", "))));
    }
}
