import io.fullynested.api.graph.Shape;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.source.ImportedNetwork;
import io.fullynested.training.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Imports files, and says of each how far the full network on LibTorch is from it in onnxruntime, signals not rounded, on four random images, relative to
 * the range of the outputs: as it is read, and with batch norms put back. Or why it is refused.
 */
public final class VersionsBenchmark {

    private static final NestingOptions.Level WHOLE = new NestingOptions.Level(List.of(1.), 1, NestingOptions.Granularity.LAYER);
    private static final int IMAGES = 4;

    public static void main(String[] files) {
        try (TorchEngine engine = new TorchEngine(1)) {
            System.out.println("file,read,put back,notes or refusal");
            for (String file : files) {
                Path path = Path.of(file);
                try {
                    System.out.println(path.getFileName() + "," + compared(path, engine));
                } catch (IOException | RuntimeException e) {
                    System.out.println(path.getFileName() + ",,,\"" + e.getMessage().replace(file + ": ", "").replace('"', '\'') + "\"");
                }
            }
        }
    }

    private static String compared(Path file, TorchEngine engine) throws IOException {
        ImportedNetwork bare = ImportedNetwork.read(file, Optional.empty(), Optional::empty);
        Shape shape = bare.input().shape();
        Tensor images = Tensor.zeros(IMAGES, shape.channels(), shape.height(), shape.width());
        Random random = new Random(1);
        for (int i = 0; i < images.data().length; i++) {
            images.data()[i] = random.nextFloat();
        }
        ImportedNetwork unfolded = ImportedNetwork.read(file, Optional.empty(), () -> Optional.of(images));
        Tensor expected;
        try (OnnxSession session = ImportedNetwork.session(file)) {
            // one by one, as a file may be of one sample
            expected = Tensor.concat(IntStream.range(0, IMAGES).mapToObj(i -> session.run(images.range(i, i + 1))).toList());
        }
        return String.format(Locale.ROOT, "%.1e,%.1e,\"%s\"", difference(engine, bare, images, expected), difference(engine, unfolded, images, expected),
                String.join(" ", bare.notes()));
    }

    private static double difference(TorchEngine engine, ImportedNetwork network, Tensor images, Tensor expected) {
        Supernet net = new Supernet(network.spec(new NestingOptions(WHOLE, WHOLE, WHOLE, WHOLE), new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2))));
        Map<String, Tensor> all = new TreeMap<>(network.masters());
        all.putAll(network.running());
        float[] found = engine.run(new Model(net.compile(net.axes().full()), new Parameters(all, new MidRise(2))), images).data();
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        double largest = 0;
        for (int i = 0; i < found.length; i++) {
            least = Math.min(least, expected.data()[i]);
            greatest = Math.max(greatest, expected.data()[i]);
            largest = Math.max(largest, Math.abs(expected.data()[i] - found[i]));
        }
        return largest / (greatest - least);
    }
}
