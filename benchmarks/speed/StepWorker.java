import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.api.data.DataSource.Splits;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.training.TrainingSession;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Takes training steps of a network when it is told to: {@code java … StepWorker.java NETWORK.yaml THREADS DESCRIPTION}. Writes what the full network is,
 * as floats, into the file DESCRIPTION, for others to build the same one; then reads lines {@code float full}, {@code quantised full} or
 * {@code quantised quarter}, and answers each with the nanoseconds, by the wall and on processors, of a step in which all submodels are the full network, or that with half of all
 * channels; or {@code quantised drawn}, the mean of steps as a training draws them. {@code macs} is answered with the share of the multiply-accumulates that the latter has.
 */
public final class StepWorker {

    private static final int IMAGES = 256;
    private static final int DRAWN = 8;

    /** Noise, which takes as long to learn from as anything else. */
    private record Noise(Shape shape, int classCount, float[] numbers) implements Dataset {

        @Override
        public int size() {
            return IMAGES;
        }

        @Override
        public List<String> classes() {
            return IntStream.range(0, classCount).mapToObj(i -> "class-" + i).toList();
        }

        @Override
        public int label(int index) {
            return index % classCount;
        }

        @Override
        public void read(int index, float[] into, int from) {
            System.arraycopy(numbers, index * 97, into, from, shape.elements());
        }
    }

    private static final class Steps implements AutoCloseable {

        private final FullyNested fn;
        private final TrainingSession session;
        private final int submodels;
        private long next;

        Steps(Path network, Settings settings) throws Exception {
            fn = FullyNested.open(network, settings);
            session = fn.session();
            submodels = session.draw(0).size();
        }

        /** Nanoseconds by the wall and on processors. */
        String step(SubmodelSpec submodel) {
            return timed(1, i -> Collections.nCopies(submodels, submodel));
        }

        /** The mean of the steps that a training begins with, the same ones each time. */
        String drawn() {
            return timed(DRAWN, session::draw);
        }

        private String timed(int count, LongFunction<List<SubmodelSpec>> draw) {
            long start = System.nanoTime();
            long work = work();
            for (int i = 0; i < count; i++) {
                session.gradients(next, draw.apply(i));
                session.reduce();
                session.update(1e-4);
                next++;
            }
            return (System.nanoTime() - start) / count + " " + (work() - work) / count;
        }

        @Override
        public void close() {
            session.close();
            fn.close();
        }
    }

    public static void main(String[] args) throws Exception {
        Path network = Path.of(args[0]);
        Shape shape;
        int classes;
        Settings settings = Settings.standard().withThreads(Integer.parseInt(args[1]));
        try (FullyNested fn = FullyNested.open(network, settings)) {
            shape = fn.supernet().spec().parts().get(0);
            classes = fn.supernet().output().channels();
        }
        float[] numbers = new float[shape.elements() + 97 * IMAGES];
        Random random = new Random(1);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat();
        }
        Dataset images = new Noise(shape, classes, numbers);
        Settings quantised = settings.withData(base -> new Splits(images, images, images)).withOverrides(Map.of("training.epochs", "1000000"));
        Map<String, String> overrides = new HashMap<>(quantised.overrides());
        overrides.put("network.quantization", "{}");
        overrides.put("search", "{}");
        try (Steps floats = new Steps(network, quantised.withOverrides(overrides)); Steps codes = new Steps(network, quantised)) {
            Files.writeString(Path.of(args[2]), floats.session.imagesPerStep() + " " + shape.channels() + " " + shape.height() + " " + shape.width() + "\n"
                    + description(floats.fn.supernet().compile(floats.fn.supernet().axes().full())));
            SubmodelSpec full = codes.fn.supernet().axes().full();
            SubmodelSpec half = codes.fn.supernet().axes().select(axis -> axis.level() == NestingLevel.CHANNELS ? axis.smallest() : axis.size());
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(switch (line) {
                    case "float full" -> floats.step(floats.fn.supernet().axes().full());
                    case "quantised full" -> codes.step(full);
                    case "quantised quarter" -> codes.step(half);
                    case "quantised drawn" -> codes.drawn();
                    case "macs" -> "" + (double) macs(codes.fn.supernet().compile(half)) / macs(codes.fn.supernet().compile(full));
                    default -> throw new IllegalArgumentException(line);
                });
            }
        }
    }

    /** Nanoseconds that all threads have been on processors, as the scheduler of Linux counts them. */
    private static long work() {
        long sum = 0;
        for (String thread : new File("/proc/self/task").list()) {
            try {
                sum += Long.parseLong(Files.readString(Path.of("/proc/self/task", thread, "schedstat")).split(" ")[0]);
            } catch (IOException e) {
                // it has just ended
            }
        }
        return sum;
    }

    private static long macs(Graph graph) {
        return graph.macs();
    }

    /** A line for each node but the input: what it does, positions of what it takes, and its numbers. */
    private static String description(Graph graph) {
        return graph.nodes().stream().skip(1).map(node -> node.inputs().stream().map(String::valueOf).collect(Collectors.joining(",")) + " " + words(graph, node))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String words(Graph graph, Node node) {
        String name = node.operator().getClass().getSimpleName();
        if (node.operator() instanceof Convolution c) {
            return name + " " + shape(c.weight().slice().shape()) + " " + c.window().stride() + " " + c.window().padding() + " " + c.groups();
        }
        if (node.operator() instanceof Dense d) {
            return name + " " + shape(d.weight().slice().shape()) + " " + d.bias().isPresent();
        }
        return node.operator() instanceof BatchNorm b ? name + " " + node.shape().channels() + " " + b.epsilon() + " " + node.shape().flat()
                : node.operator() instanceof Activate a ? name + " " + a.function()
                : node.operator() instanceof MaxPool p ? name + " " + p.window().kernel() + " " + p.window().stride() + " " + p.window().padding() : name;
    }

    private static String shape(int[] shape) {
        return Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining(","));
    }
}
