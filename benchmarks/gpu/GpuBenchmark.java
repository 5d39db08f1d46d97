import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.training.TrainingSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Times training steps of a description on the processor and on the first GPU, in turns, each from the same weights and on the same images.
 * Prints lines of CSV; the first steps, in which kernels are chosen and compiled, are not timed.
 */
public final class GpuBenchmark {

    private static final int FIRST = 10;

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[1]);
        int steps = Integer.parseInt(args[2]);
        List<String> devices = List.of("cpu", args.length > 3 ? args[3] : "cuda");
        for (int round = 1; round <= rounds; round++) {
            for (String device : devices) {
                try (FullyNested fn = FullyNested.open(Path.of(args[0]), Settings.standard().withDevice(ComputeDevice.parse(device)));
                     TrainingSession session = fn.session()) {
                    double loss = steps(session, 0, FIRST);
                    long start = System.nanoTime();
                    loss = steps(session, FIRST, FIRST + steps);
                    double seconds = (System.nanoTime() - start) * 1e-9 / steps;
                    System.out.printf(Locale.ROOT, "%s,%d,%s,%.5f,%.4f,%.0f%n", args[0], round, device, seconds, loss, session.imagesPerStep() / seconds);
                }
            }
        }
    }

    private static double steps(TrainingSession session, long from, long to) {
        double loss = 0;
        for (long step = from; step < to; step++) {
            session.gradients(step, session.draw(step));
            loss = session.reduce().loss();
            session.update(session.learningRate(step));
        }
        return loss;
    }
}
