package io.fullynested.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells how long ONNX files take where they run. */
public interface Stopwatch {

    /**
     * How long a file takes for one batch of random numbers.
     *
     * @param file    an ONNX file, whole
     * @param batch   images at once, at least 1
     * @param threads threads within an operator, at least 1
     */
    Reading time(byte[] file, int batch, int threads);

    /**
     * What it showed.
     *
     * @param milliseconds of a run, as {@link Latency} says
     * @param kernels      milliseconds of each kernel of a run, by the name of the node that it computes; at least one
     */
    record Reading(double milliseconds, Map<String, Double> kernels) {

        public Reading {
            kernels = Collections.unmodifiableMap(new LinkedHashMap<>(kernels));
            if (!(milliseconds > 0 && milliseconds < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("a run of " + milliseconds + " ms: a number above 0 is needed");
            }
            kernels.forEach((name, time) -> {
                if (!(time >= 0 && time < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("kernel " + name + " takes " + time + " ms: a number of at least 0 is needed");
                }
            });
            if (kernels.isEmpty()) {
                throw new IllegalArgumentException("no kernel was timed");
            }
        }
    }
}
