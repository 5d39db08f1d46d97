package io.fullynested.onnx;

import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How long networks take. There is one meaning of it for costs, budgets, claims and tables: the median of many runs, each from pixels in Java's
 * memory to the result there, in onnxruntime as warm as it gets. The median is what one waits for half of the time; of faster runs a claim
 * would not hold in use, and a mean would tell what else the machine did.
 */
public final class Latency {

    /** Long enough for onnxruntime to have its memory, and Java its code. */
    private static final int WARM_UP = 10;
    /** Always odd, so that there is one in the middle. */
    private static final int LEAST_ROUNDS = 21;
    private static final int ROUNDS = 201;
    /** Nanoseconds for each network after which no more rounds than the least are needed. */
    private static final long ENOUGH = 300_000_000;

    private Latency() {
    }

    /**
     * The median time that each session takes for a batch, in milliseconds. They take turns, so that whatever else the machine does
     * slows all of them down.
     */
    public static List<Double> medians(List<OnnxSession> sessions, Tensor images) {
        return medians(sessions.stream().<Runnable>map(session -> () -> session.run(images)).toList(), System::nanoTime);
    }

    static List<Double> medians(List<Runnable> networks, LongSupplier nanoseconds) {
        double[][] times = new double[networks.size()][ROUNDS];
        long start = 0;
        int rounds = 0;
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            if (round == 0) {
                start = nanoseconds.getAsLong();
            } else if (round >= LEAST_ROUNDS && round % 2 == 1 && nanoseconds.getAsLong() - start > ENOUGH * networks.size()) {
                break;
            }
            for (int i = 0; i < times.length; i++) {
                long begun = nanoseconds.getAsLong();
                networks.get(i).run();
                if (round >= 0) {
                    times[i][round] = (nanoseconds.getAsLong() - begun) / 1e6;
                }
            }
            rounds = round + 1;
        }
        int middle = rounds / 2;
        int count = rounds;
        return IntStream.range(0, times.length).mapToObj(i -> Arrays.stream(times[i], 0, count).sorted().skip(middle).findFirst().orElseThrow()).toList();
    }
}
