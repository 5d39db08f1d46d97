package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Option;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/**
 * An FPGA with one accelerator that computes layer after layer, tile by tile: {@code latency}, {@code cycles}, and what the accelerator
 * needs of the chip, {@code dsp}, {@code lut}, {@code bram}; the chip's own are limits. The formulas are those of {@link TiledAccelerator}.
 */
public record Fpga(
        @Option(value = "clock of the accelerator", unit = "Hz", min = 1) double clock,
        @Option(value = "what external memory reads and writes", unit = "B/s", min = 1) double bandwidth,
        @Option(value = "DSP slices of the chip", min = 1) int dsp,
        @Option(value = "LUTs of the chip", min = 1) int lut,
        @Option(value = "block RAMs of 18 Kibit of the chip; one of 36 counts two", min = 1) int bram,
        @Option(value = "what is computed at once", byDefault = "{}") Tile tile,
        @Option(value = "products that one DSP slice computes in a cycle by the bits of the wider factor, {8: 2, 16: 1, 32: 1/5}; other widths "
                + "take that of the next wider one", byDefault = "{16: 1, 32: 1/5}") Map<String, Double> productsPerDsp) implements Device {

    /** The extents of a tile. */
    public record Tile(
            @Option(value = "output channels", byDefault = "8", min = 1) int out,
            @Option(value = "input channels", byDefault = "8", min = 1) int in,
            @Option(value = "rows of the output", byDefault = "14", min = 1) int rows,
            @Option(value = "columns of the output", byDefault = "14", min = 1) int columns) {
    }

    /** @throws IllegalArgumentException if a width is none, or a wider one needs fewer slices */
    public Fpga {
        productsPerDsp = Map.copyOf(productsPerDsp);
        new PerBits("products-per-dsp", productsPerDsp).falling();
    }

    @Override
    public Map<String, CostModel> costs() {
        TiledAccelerator accelerator = new TiledAccelerator(tile, new PerBits("products-per-dsp", productsPerDsp), bandwidth / clock);
        Map<String, CostModel> costs = new LinkedHashMap<>();
        costs.put("latency", new Time("ms", accelerator, 1000 / clock));
        costs.put("cycles", new Time("cycles", accelerator, 1));
        costs.put("dsp", new Use("DSPs", accelerator, TiledAccelerator::dsp));
        costs.put("lut", new Use("LUTs", accelerator, TiledAccelerator::lut));
        costs.put("bram", new Use("BRAMs", accelerator, TiledAccelerator::bram));
        return costs;
    }

    @Override
    public Map<String, Double> limits() {
        return Map.of("dsp", (double) dsp, "lut", (double) lut, "bram", (double) bram);
    }

    private record Time(String unit, TiledAccelerator accelerator, double perCycle) implements ScheduleCostModel {

        @Override
        public double[] perStep(Schedule schedule) {
            return schedule.steps().stream().mapToDouble(step -> perCycle * accelerator.cycles(schedule, step)).toArray();
        }
    }

    /** What the one accelerator needs that computes all layers. */
    private record Use(String unit, TiledAccelerator accelerator, ToDoubleBiFunction<TiledAccelerator, Schedule> of) implements CostModel {

        @Override
        public double cost(Graph graph) {
            return of.applyAsDouble(accelerator, Schedule.of(graph));
        }

        @Override
        public String toString() {
            return unit + " of " + accelerator;
        }
    }
}
