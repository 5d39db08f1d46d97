package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.plugin.Option;
import java.util.Map;

/** The machine that the program runs on, each submodel measured on it: {@link MeasuredLatency} as {@code latency}. */
public record ThisMachine(
        @Option(value = "threads within an operator", min = 1) int threads,
        @Option(value = "images at once", byDefault = "1", min = 1) int batch) implements Device {

    @Override
    public Map<String, CostModel> costs() {
        return Map.of("latency", new MeasuredLatency(threads, batch));
    }
}
