package io.fullynested.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times files in onnxruntime, here. */
public final class OnnxStopwatch implements Stopwatch {

    private static final int WARM_UP = 10;
    private static final int PROFILED_RUNS = 60;
    private static final Pattern KERNEL = Pattern.compile("\"dur\"\\s*:\\s*(\\d+).*?\"name\"\\s*:\\s*\"(.*?)_kernel_time\"");

    @Override
    public Reading time(byte[] file, int batch, int threads) {
        try (OnnxSession session = OnnxSession.open(file, true, threads)) {
            return new Reading(Latency.medians(List.of(session), session.inputs().random(batch)).get(0), kernels(file, batch, threads));
        }
    }

    /** Milliseconds of each kernel of a run, by the name of the node that it computes. */
    private static Map<String, Double> kernels(byte[] file, int batch, int threads) {
        try {
            Path folder = Files.createTempDirectory("fn-profile");
            try {
                return kernels(Files.readAllLines(profile(file, batch, threads, folder.resolve("profile"))));
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

    /** Runs it some times, and tells the file with what onnxruntime noted. */
    private static Path profile(byte[] file, int batch, int threads, Path into) {
        try (OrtSession session = ExactSession.open(file, OrtSession.SessionOptions.OptLevel.ALL_OPT, threads, into)) {
            OnnxInputs inputs = new OnnxInputs(session);
            Map<String, OnnxTensor> images = inputs.feed(inputs.random(batch));
            try {
                for (int i = 0; i < WARM_UP + PROFILED_RUNS; i++) {
                    session.run(images).close();
                }
                return Path.of(session.endProfiling());
            } finally {
                images.values().forEach(OnnxTensor::close);
            }
        } catch (OrtException e) {
            throw new IllegalStateException("onnxruntime failed: " + e.getMessage(), e);
        }
    }
}
