package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.plugin.Option;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A processor that is told by its peak speed and its memory's: {@code latency}, and {@code energy} if that is described. A layer takes as
 * long as its operations at peak or its bytes at full bandwidth, whichever is longer (Williams et al., Roofline, CACM 2009), and a fixed
 * time beside. It is a lower bound; see {@code ./fn measure} for a measured table.
 */
public record Roofline(
        @Option(value = "operations a second by the bits of a product's wider factor, {8: 2 TOPS, 32: 500 GOPS}; a multiply-accumulate is "
                + "two operations; other widths take the speed of the next wider one", unit = "OPS") Map<String, Double> peak,
        @Option(value = "what memory reads and writes", unit = "B/s", min = 1) double bandwidth,
        @Option(value = "what each layer takes beside, such as a kernel's launch", byDefault = "0 ms", unit = "ms", min = 0) double overhead,
        @Option("what things take of energy") Optional<Energy> energy) implements Device {

    /** @throws IllegalArgumentException if a width is none, or a wider one is faster */
    public Roofline {
        peak = Map.copyOf(peak);
        new PerBits("peak", peak).falling();
    }

    @Override
    public Map<String, CostModel> costs() {
        Map<String, CostModel> costs = new LinkedHashMap<>();
        costs.put("latency", new Latency(new PerBits("peak", peak), bandwidth, overhead));
        energy.ifPresent(model -> costs.put("energy", model));
        return costs;
    }

    private record Latency(PerBits peaks, double bandwidth, double overhead) implements ScheduleCostModel {

        @Override
        public String unit() {
            return "ms";
        }

        @Override
        public double[] perStep(Schedule schedule) {
            return schedule.steps().stream().mapToDouble(step -> {
                double computing = step.macs() == 0 ? 0 : 2 * step.macs() / peaks.at(step.operandBits(), step.layer().name());
                return 1000 * Math.max(computing, schedule.traffic(step) / bandwidth) + overhead;
            }).toArray();
        }
    }
}
