import com.sun.management.OperatingSystemMXBean;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.Provenance;
import io.fullynested.onnx.source.ImportedNetwork;
import io.fullynested.training.TorchEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * How large networks import: how far the ranked full network is from its source, what is on an axis, and whether submodels export. Arguments: a folder
 * for the exported submodels, to be looked at by check_models.py, the number of random and of natural images to compare on, and ONNX files. Natural
 * ones are those of the Fashion-MNIST subset, enlarged. To be run from the root of the repository.
 */
public final class ImportBenchmark {

    private static final Level QUARTERS = new Level(List.of(.25, .5, .75, 1.), 8, Granularity.LAYER);
    private static final Level EVERY = new Level(List.of(), 1, Granularity.LAYER);
    private static final QuantizationOptions FLOAT = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2));
    private static final int BATCH = 4;
    private static final int HEADER = 16;
    private static final int SIDE = 28;
    private static final int SELECTIONS = 20;
    private static final Provenance NOWHERE = new Provenance("", "submodel", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());

    private ImportBenchmark() {
    }

    public static void main(String[] args) {
        System.out.println("file,seconds,cpu_seconds,nodes,axes,layers_axes,parameters,on_an_axis,images,random,natural,selections,greatest_difference");
        for (String file : List.of(args).subList(2, args.length)) {
            try {
                System.out.println(row(Path.of(file), Path.of(args[0]), Integer.parseInt(args[1])));
            } catch (IOException e) {
                System.out.println(Path.of(file).getFileName() + ",refused: " + e.getMessage().replaceAll(".*onnx: ", ""));
            }
        }
    }

    private static String row(Path file, Path folder, int count) throws IOException {
        long start = System.nanoTime();
        long cpu = cpu();
        ImportedNetwork bare = ImportedNetwork.read(file, Optional.empty(), Optional::empty);
        Tensor images = random(bare.input().shape(), 0);
        ImportedNetwork source = ImportedNetwork.read(file, Optional.empty(), () -> Optional.of(images));
        Supernet net = new Supernet(source.spec(new NestingOptions(QUARTERS, QUARTERS, EVERY, EVERY), FLOAT));
        Map<String, Tensor> all = new TreeMap<>(source.masters());
        all.putAll(source.running());
        Map<String, Tensor> ranked = Ranking.byNorm(net, all);
        double seconds = (System.nanoTime() - start) / 1e9;
        double used = (cpu() - cpu) / 1e9;
        Graph full = net.compile(net.axes().full());
        long parameters = parameters(full);
        Model model = new Model(full, new Parameters(ranked, new MidRise(2)));
        return String.join(",", new ArrayList<>(List.of(file.getFileName().toString(), String.format("%.1f", seconds), String.format("%.1f", used),
                String.valueOf(source.block().nodes().size()), String.valueOf(net.axes().axes().size()),
                String.valueOf(net.axes().axes().stream().filter(axis -> axis.level() == NestingLevel.LAYERS).count()), String.valueOf(parameters),
                String.format("%.4f", on(net, full, parameters)),
                String.valueOf(count), difference(file, model, count, ImportBenchmark::random), difference(file, model, count, ImportBenchmark::natural),
                String.valueOf(SELECTIONS),
                String.format("%.1e", selections(net, ranked, images, folder, file.getFileName().toString())))));
    }

    /** The greatest difference between onnxruntime and the engine, of random submodels. */
    private static double selections(Supernet net, Map<String, Tensor> masters, Tensor images, Path folder, String name) throws IOException {
        Random random = new Random(5);
        double greatest = 0;
        for (int i = 0; i < SELECTIONS; i++) {
            SubmodelSpec spec = net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
            Model model = new Model(net.compile(spec), new Parameters(masters, new MidRise(2)));
            try (TorchEngine engine = new TorchEngine(1); Executable executable = engine.bind(model, ComputeDevice.CPU)) {
                Recalibration recalibration = new Recalibration(ArrayDataset.ofFloats(net.spec().sample(), Target.nothing(), images.data(), new float[0]));
                Model extracted = SubmodelExtractor.extract(model.with(recalibration.statistics(executable, model.graph())));
                OnnxFile file = new OnnxExporter(Format.FLOAT32).export(extracted, NOWHERE);
                Files.createDirectories(folder);
                file.write(folder.resolve(name + "-" + i + ".onnx"));
                try (OnnxSession session = OnnxSession.open(file.bytes(), true, 1)) {
                    greatest = Math.max(greatest, difference(session.run(images), engine.run(extracted, images)));
                }
            }
        }
        return greatest;
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** @param first number of the first one */
    private static Tensor random(Shape shape, int first) {
        Tensor images = Tensor.zeros(BATCH, shape.channels(), shape.height(), shape.width());
        Random random = new Random(1 + first);
        for (int i = 0; i < images.data().length; i++) {
            images.data()[i] = random.nextFloat();
        }
        return images;
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

    /** Test images of the subset, each pixel as often as needed. */
    private static Tensor natural(Shape shape, int first) {
        Tensor images = Tensor.zeros(BATCH, shape.channels(), shape.height(), shape.width());
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of("examples/data/fashion-mnist/t10k-images-idx3-ubyte.gz")))) {
            in.skipNBytes(HEADER + (long) first * SIDE * SIDE);
            byte[] pixels = in.readNBytes(BATCH * SIDE * SIDE);
            for (int i = 0; i < images.data().length; i++) {
                int row = i / shape.width() % shape.height() * SIDE / shape.height();
                int column = i % shape.width() * SIDE / shape.width();
                images.data()[i] = (pixels[(i / shape.elements() * SIDE + row) * SIDE + column] & 255) / 255f;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return images;
    }

    private interface Images {
        Tensor batch(Shape shape, int first);
    }

    private static String difference(Path file, Model model, int count, Images images) throws IOException {
        double greatest = 0;
        try (OnnxSession session = ImportedNetwork.session(file); TorchEngine engine = new TorchEngine(1)) {
            for (int i = 0; i < count; i += BATCH) {
                Tensor batch = images.batch(model.graph().node(0).shape(), i);
                greatest = Math.max(greatest, difference(session.run(batch), engine.run(model, batch)));
            }
        }
        return String.format("%.1e", greatest);
    }

    private static double difference(Tensor expected, Tensor found) {
        double largest = 0;
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < expected.data().length; i++) {
            least = Math.min(least, expected.data()[i]);
            greatest = Math.max(greatest, expected.data()[i]);
            largest = Math.max(largest, Math.abs(expected.data()[i] - found.data()[i]));
        }
        return largest / (greatest - least);
    }
}
