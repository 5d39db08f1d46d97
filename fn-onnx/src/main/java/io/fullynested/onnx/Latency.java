package io.fullynested.onnx;

import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How long networks take. */
public final class Latency {

    /** Long enough for onnxruntime to have its memory, and Java its code. */
    private static final int WARM_UP = 10;
    private static final int ROUNDS = 51;

    private Latency() {
    }

    /**
     * The median time that each session takes for a batch, in milliseconds. They take turns, so that whatever else the machine does
     * slows all of them down.
     */
    public static List<Double> medians(List<OnnxSession> sessions, Tensor images) {
        double[][] times = new double[sessions.size()][ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (int i = 0; i < times.length; i++) {
                long start = System.nanoTime();
                sessions.get(i).run(images);
                if (round >= 0) {
                    times[i][round] = (System.nanoTime() - start) / 1e6;
                }
            }
        }
        return IntStream.range(0, times.length).mapToObj(i -> Arrays.stream(times[i]).sorted().skip(ROUNDS / 2).findFirst().orElseThrow()).toList();
    }
}
