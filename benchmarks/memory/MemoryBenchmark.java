import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.DataSource.Splits;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TorchEngine;
import io.fullynested.training.TrainingSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Trains some steps on images of 3×224×224, recalibrates on all of them, and evaluates on all of them. Prints a line of CSV: images, seconds
 * of each, and the greatest resident memory of the process in MiB so far, heap and natives together.
 */
public final class MemoryBenchmark {

    private static final int STEPS = 20;

    /** Ten textures, shifted by image; bytes are made when they are asked for. */
    private record Textures(int size, float[] noise) implements Dataset {

        @Override
        public Shape shape() {
            return Shape.image(3, 224, 224);
        }

        @Override
        public List<String> classes() {
            return IntStream.range(0, 10).mapToObj(i -> "texture-" + i).toList();
        }

        @Override
        public int label(int index) {
            return index % 10;
        }

        @Override
        public void read(int index, float[] into, int from) {
            int elements = shape().elements();
            System.arraycopy(noise, (int) (index * 7919L % (noise.length - elements)), into, from, elements);
            for (int i = 0; i < elements; i += 2 + label(index)) {
                into[from + i] = 1;
            }
        }
    }

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[1]);
        Random random = new Random(1);
        float[] noise = new float[1 << 20];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = random.nextFloat();
        }
        Dataset images = new Textures(count, noise);
        Settings settings = Settings.standard().withData(base -> new Splits(images, images, images));
        try (FullyNested fn = FullyNested.open(Path.of(args[0]), settings)) {
            long start = System.nanoTime();
            Map<String, Tensor> masters;
            try (TrainingSession session = fn.session()) {
                for (long step = 0; step < STEPS; step++) {
                    session.gradients(step, session.draw(step));
                    session.reduce();
                    session.update(session.learningRate(step));
                }
                masters = session.masters();
            }
            double training = seconds(start);
            start = System.nanoTime();
            Model full = new Model(fn.supernet().compile(fn.supernet().axes().full()), new Parameters(masters, fn.spec().network().quantization().quantizer()));
            try (TorchEngine engine = new TorchEngine(settings.threads()); Executable executable = engine.bind(full, ComputeDevice.CPU)) {
                new Recalibration(images, count, 1).statistics(executable, full.graph());
            }
            double recalibration = seconds(start);
            start = System.nanoTime();
            TrainedSupernet net = fn.trained(masters);
            net.evaluate(fn.supernet().axes().full(), images);
            System.out.printf(Locale.ROOT, "%d,%.0f,%.0f,%.0f,%d%n", count, training, recalibration, seconds(start), peak());
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    /** What Linux says was the greatest. */
    private static long peak() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElseThrow();
    }
}
