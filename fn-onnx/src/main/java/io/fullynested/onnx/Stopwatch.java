package io.fullynested.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures how long onnxruntime takes for a file, as a whole and by kernel. Whatever else the machine does can only make a run slower, so
 * what counts is the fastest fifth of many runs.
 */
final class Stopwatch {

    private static final int WARM_UP = 10;
    private static final int RUNS = 200;
    private static final int LEAST_RUNS = 20;
    private static final long ENOUGH = 300_000_000;
    private static final int PROFILED_RUNS = 60;
    private static final double QUANTILE = 0.2;
    private static final Pattern KERNEL = Pattern.compile("\"dur\"\\s*:\\s*(\\d+).*?\"name\"\\s*:\\s*\"(.*?)_kernel_time\"");

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final byte[] file;
    private final int batch;
    private final int threads;

    /**
     * A file and the way it is run.
     *
     * @param batch   images at once
     * @param threads threads within an operator
     */
    Stopwatch(byte[] file, int batch, int threads) {
        this.file = file;
        this.batch = batch;
        this.threads = threads;
    }

    /** What is done with an open session. */
    private interface Use<T> {
        T with(OrtSession session, Map<String, OnnxTensor> images) throws OrtException;
    }

    /** Milliseconds of a run. */
    double milliseconds() {
        return open(null, (session, images) -> {
            run(session, images, WARM_UP);
            double[] times = new double[RUNS];
            long start = System.nanoTime();
            int runs = 0;
            while (runs < RUNS && (runs < LEAST_RUNS || System.nanoTime() - start < ENOUGH)) {
                long begun = System.nanoTime();
                session.run(images).close();
                times[runs++] = (System.nanoTime() - begun) / 1e6;
            }
            return quantile(Arrays.copyOf(times, runs));
        });
    }

    /** Milliseconds of each kernel of a run, by the name of the node that it computes. */
    Map<String, Double> kernels() {
        try {
            Path folder = Files.createTempDirectory("fn-profile");
            try {
                Path profile = open(folder.resolve("profile"), (session, images) -> {
                    run(session, images, WARM_UP + PROFILED_RUNS);
                    return Path.of(session.endProfiling());
                });
                return kernels(Files.readAllLines(profile));
            } finally {
                try (var left = Files.list(folder)) {
                    for (Path path : left.toList()) {
                        Files.delete(path);
                    }
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Double> kernels(List<String> events) {
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (String event : events) {
            Matcher kernel = KERNEL.matcher(event);
            if (kernel.find()) {
                times.computeIfAbsent(kernel.group(2), name -> new ArrayList<>()).add(Integer.parseInt(kernel.group(1)) / 1e3);
            }
        }
        Map<String, Double> kernels = new LinkedHashMap<>();
        times.forEach((name, all) -> kernels.put(name, fastest(all.subList(Math.min(WARM_UP, all.size() - 1), all.size()))));
        return kernels;
    }

    /** The mean of the fastest half: a profile has whole microseconds, of which quantiles would make too much or too little. */
    private static double fastest(List<Double> times) {
        return times.stream().sorted().limit((times.size() + 1) / 2).mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double quantile(double[] times) {
        Arrays.sort(times);
        return times[(int) (QUANTILE * times.length)];
    }

    private static void run(OrtSession session, Map<String, OnnxTensor> images, int times) throws OrtException {
        for (int i = 0; i < times; i++) {
            session.run(images).close();
        }
    }

    private <T> T open(Path profile, Use<T> use) {
        try (OrtSession session = ExactSession.open(file, OrtSession.SessionOptions.OptLevel.ALL_OPT, threads, profile)) {
            Map.Entry<String, NodeInfo> input = session.getInputInfo().entrySet().iterator().next();
            long[] shape = ((TensorInfo) input.getValue().getInfo()).getShape().clone();
            shape[0] = batch;
            float[] pixels = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) random.nextDouble();
            }
            try (OnnxTensor images = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape)) {
                return use.with(session, Map.of(input.getKey(), images));
            }
        } catch (OrtException e) {
            throw new IllegalStateException("onnxruntime failed: " + e.getMessage(), e);
        }
    }
}
