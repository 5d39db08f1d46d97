import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.source.ImportedNetwork;
import io.fullynested.training.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** How large networks import: how far the ranked full network is from its source, and what is on an axis. Arguments: ONNX files. */
public final class ImportBenchmark {

    private static final Level QUARTERS = new Level(List.of(.25, .5, .75, 1.), 8, Granularity.LAYER);
    private static final QuantizationOptions FLOAT = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2));
    private static final int IMAGES = 4;

    private ImportBenchmark() {
    }

    public static void main(String[] args) {
        System.out.println("file,seconds,nodes,axes,layers_axes,parameters,on_an_axis,difference");
        for (String file : args) {
            try {
                System.out.println(row(Path.of(file)));
            } catch (IOException e) {
                System.out.println(Path.of(file).getFileName() + ",refused: " + e.getMessage().replaceAll(".*onnx: ", ""));
            }
        }
    }

    private static String row(Path file) throws IOException {
        long start = System.nanoTime();
        ImportedNetwork source = ImportedNetwork.read(file, Optional.empty(), Optional::empty);
        Supernet net = new Supernet(source.spec(new NestingOptions(QUARTERS, QUARTERS, QUARTERS, new Level(List.of(), 1, Granularity.LAYER)), FLOAT));
        Map<String, Tensor> all = new TreeMap<>(source.masters());
        all.putAll(source.running());
        Map<String, Tensor> ranked = Ranking.byNorm(net, all);
        double seconds = (System.nanoTime() - start) / 1e9;
        Graph full = net.compile(net.axes().full());
        long parameters = parameters(full);
        return String.join(",", new ArrayList<>(List.of(file.getFileName().toString(), String.format("%.1f", seconds),
                String.valueOf(source.block().nodes().size()), String.valueOf(net.axes().axes().size()),
                String.valueOf(net.axes().axes().stream().filter(axis -> axis.level() == NestingLevel.LAYERS).count()), String.valueOf(parameters),
                String.format("%.4f", on(net, full, parameters)), String.format("%.1e", difference(file, new Model(full, new Parameters(ranked, new MidRise(2))))))));
    }

    private static long parameters(Graph graph) {
        return graph.nodes().stream().flatMap(node -> node.operator().parameters().stream()).mapToLong(parameter -> parameter.slice().elements()).sum();
    }

    /** The share of the parameters whose tensors the smallest submodel keeps less of, or nothing. */
    private static double on(Supernet net, Graph full, long parameters) {
        Map<String, Integer> kept = new TreeMap<>();
        net.compile(net.axes().smallest()).nodes().forEach(node -> node.operator().parameters()
                .forEach(parameter -> kept.put(parameter.slice().parameter(), parameter.slice().elements())));
        return (double) full.nodes().stream().flatMap(node -> node.operator().parameters().stream())
                .filter(parameter -> kept.getOrDefault(parameter.slice().parameter(), 0) < parameter.slice().elements())
                .mapToLong(parameter -> parameter.slice().elements()).sum() / parameters;
    }

    private static double difference(Path file, Model model) throws IOException {
        int[] shape = model.graph().input().shape().extents();
        Tensor images = Tensor.zeros(IMAGES, shape[0], shape[1], shape[2]);
        Random random = new Random(1);
        for (int i = 0; i < images.data().length; i++) {
            images.data()[i] = random.nextFloat();
        }
        Tensor expected;
        try (OnnxSession session = OnnxSession.open(file, true, 1)) {
            expected = session.run(images);
        }
        double largest = 0;
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        try (TorchEngine engine = new TorchEngine(1)) {
            Tensor found = engine.run(model, images);
            for (int i = 0; i < expected.data().length; i++) {
                least = Math.min(least, expected.data()[i]);
                greatest = Math.max(greatest, expected.data()[i]);
                largest = Math.max(largest, Math.abs(expected.data()[i] - found.data()[i]));
            }
        }
        return largest / (greatest - least);
    }
}
