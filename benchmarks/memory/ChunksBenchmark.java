import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.Classification;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TorchEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What chunks change: 500 images recalibrated on at once, in chunks, and another 500 at once. A line for each, over the full submodel, the
 * smallest and 18 random ones: the mean and the greatest difference of their test accuracies from the first, in points, and the median over
 * batch norms and channels of the difference of a mean in deviations, and of a deviation in per cent.
 */
public final class ChunksBenchmark {

    private static final int IMAGES = 500;

    public static void main(String[] args) throws Exception {
        Map<String, Tensor> masters = Checkpoint.read(Path.of(args[0])).tensors();
        try (TrainedSupernet net = FullyNested.load(Path.of(args[0]), Settings.standard()); TorchEngine engine = new TorchEngine(1)) {
            Dataset training = net.network().data().train();
            Dataset test = net.network().data().test();
            Random random = new Random(1);
            List<SubmodelSpec> specs = new ArrayList<>(List.of(net.axes().full(), net.axes().smallest()));
            while (specs.size() < 20) {
                specs.add(net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size()))));
            }
            System.out.println("way,mean points,greatest points,mean in deviations,deviation in per cent");
            tell("chunks of 250", specs, net, engine, masters, test, training, new Recalibration(training, IMAGES, 1, 250));
            tell("chunks of 100", specs, net, engine, masters, test, training, new Recalibration(training, IMAGES, 1, 100));
            tell("chunks of 50", specs, net, engine, masters, test, training, new Recalibration(training, IMAGES, 1, 50));
            tell("chunks of 20", specs, net, engine, masters, test, training, new Recalibration(training, IMAGES, 1, 20));
            tell("another 500", specs, net, engine, masters, test, training, new Recalibration(training, IMAGES, 2));
        }
    }

    private static void tell(String way, List<SubmodelSpec> specs, TrainedSupernet net, TorchEngine engine, Map<String, Tensor> masters, Dataset test,
                             Dataset training, Recalibration other) {
        List<Double> points = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        Recalibration exact = new Recalibration(training, IMAGES, 1);
        for (SubmodelSpec spec : specs) {
            Model model = new Model(net.graph(spec), new Parameters(masters, net.network().spec().network().quantization().quantizer()));
            Map<String, Tensor> expected = statistics(engine, model, exact);
            Map<String, Tensor> found = statistics(engine, model, other);
            points.add(100 * (score(engine, model.with(found), test) - score(engine, model.with(expected), test)));
            found.forEach((name, tensor) -> {
                if (name.endsWith("/mean")) {
                    String variance = name.replaceAll("mean$", "variance");
                    for (int c = 0; c < tensor.data().length; c++) {
                        double deviation = Math.sqrt(expected.get(variance).data()[c]);
                        if (deviation > 1e-6) {
                            means.add(Math.abs(tensor.data()[c] - expected.get(name).data()[c]) / deviation);
                            deviations.add(100 * Math.abs(Math.sqrt(found.get(variance).data()[c]) / deviation - 1));
                        }
                    }
                }
            });
        }
        System.out.printf(Locale.ROOT, "%s,%.2f,%.2f,%.4f,%.2f%n", way, points.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                points.stream().mapToDouble(Math::abs).max().orElseThrow(), median(means), median(deviations));
    }

    private static Map<String, Tensor> statistics(TorchEngine engine, Model model, Recalibration recalibration) {
        try (Executable executable = engine.bind(model, ComputeDevice.CPU)) {
            return recalibration.statistics(executable, model.graph());
        }
    }

    private static double score(TorchEngine engine, Model recalibrated, Dataset test) {
        try (Executable executable = engine.bind(SubmodelExtractor.extract(recalibrated), ComputeDevice.CPU)) {
            return Classification.evaluate(executable, test).score();
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
