import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.DataSource.Splits;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.training.TrainingSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Trains some steps, measures a submodel, searches one within half of the MACs, and exports it; each timed, with the greatest resident memory of the process so
 * far, heap and natives together. The images are noise with a pattern for each class, made when they are asked for. Prints a line of CSV.
 *
 * <p>Arguments: a name, a description, steps, training images, validation images, search or not.
 */
public final class ScaleBenchmark {

    private static final String COLUMNS = "name,axes,classes,input,parameters,macs,steps,images_per_step,seconds_per_step,least_seconds_per_step,compile_ms,"
            + "recalibrate_and_evaluate_s,recalibration_images,validation_images,search_s,export_s,peak_training_mib,peak_mib,load";

    private record Patterns(Shape shape, int count, int size, float[] noise) implements Dataset {

        @Override
        public List<String> classes() {
            return IntStream.range(0, count).mapToObj(i -> "pattern-" + i).toList();
        }

        @Override
        public int label(int index) {
            return index % count;
        }

        @Override
        public void read(int index, float[] into, int from) {
            int elements = shape.elements();
            System.arraycopy(noise, (int) (index * 7919L % (noise.length - elements)), into, from, elements);
            for (int i = label(index); i < elements; i += count) {
                into[from + i] = 1;
            }
        }
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.out.println(COLUMNS);
            return;
        }
        int steps = Integer.parseInt(args[2]);
        Random random = new Random(1);
        float[] noise = new float[1 << 20];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = random.nextFloat();
        }
        String yaml = Files.readString(Path.of(args[1]));
        Shape shape = shape(yaml);
        int classes = Integer.parseInt(yaml.replaceAll("(?s).*classes: (\\d+).*", "$1"));
        Patterns training = new Patterns(shape, classes, Integer.parseInt(args[3]), noise);
        Patterns validation = new Patterns(shape, classes, Integer.parseInt(args[4]), noise);
        Settings settings = Settings.standard().withData(base -> new Splits(training, validation, new Patterns(shape, classes, 16, noise)));
        try (FullyNested fn = FullyNested.open(yaml, settings)) {
            SubmodelSpec full = fn.supernet().axes().full();
            long start = System.nanoTime();
            double least = Double.POSITIVE_INFINITY;
            int perStep;
            Map<String, Tensor> masters;
            try (TrainingSession session = fn.session()) {
                perStep = session.imagesPerStep();
                start = System.nanoTime();
                for (long step = 0; step < steps; step++) {
                    long began = System.nanoTime();
                    session.gradients(step, session.draw(step));
                    session.reduce();
                    session.update(session.learningRate(step));
                    least = Math.min(least, seconds(began));
                }
                masters = session.masters();
            }
            double step = seconds(start) / steps;
            long peakTraining = peak();
            start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                fn.supernet().compile(full);
            }
            double compile = 1000 * seconds(start) / 20;
            TrainedSupernet net = fn.trained(masters);
            start = System.nanoTime();
            net.evaluate(full, validation);
            double candidate = seconds(start);
            double macs = net.costs(full).get("macs");
            double search = 0;
            SubmodelSpec found = fn.supernet().axes().smallest();
            if (args[5].equals("search")) {
                start = System.nanoTime();
                SearchResult result = net.search(List.of(new Budget("half", Map.of("macs", macs / 2))), Progress.NONE);
                search = seconds(start);
                found = result.chosen().get("half").spec();
            }
            start = System.nanoTime();
            Path file = Files.createTempFile("scale", ".onnx");
            net.export(found, Format.QDQ_INT8).write(file);
            Files.delete(file);
            double export = seconds(start);
            long parameters = fn.supernet().masters().stream().mapToLong(master -> Arrays.stream(master.shape()).asLongStream().reduce(1, (a, b) -> a * b)).sum();
            System.out.printf(Locale.ROOT, "%s,%d,%d,%s,%d,%.0f,%d,%d,%.4f,%.4f,%.2f,%.2f,%d,%d,%.1f,%.1f,%d,%d,%s%n", args[0], fn.supernet().axes().axes().size(), classes,
                    shape, parameters, macs, steps, perStep, step, least, compile, candidate, Math.min(training.size(), fn.spec().training().recalibrationImages()),
                    validation.size(), search, export, peakTraining, peak(), Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        }
    }

    private static Shape shape(String yaml) {
        String[] numbers = yaml.replaceAll("(?s).*input: \\{channels: (\\d+), height: (\\d+), width: (\\d+)\\}.*", "$1 $2 $3").split(" ");
        return Shape.image(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
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
