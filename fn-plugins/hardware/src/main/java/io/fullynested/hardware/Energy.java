package io.fullynested.hardware;

import io.fullynested.api.graph.Weight;
import io.fullynested.api.plugin.Option;
import java.util.Arrays;

/**
 * Energy for one image, without leakage. The defaults are those of Horowitz, "Computing's energy problem", ISSCC 2014, figure 1.1.9
 * (45 nm, 0.9 V): an 8-bit product 0.2 pJ, a 32-bit integer sum 0.1 pJ, a float32 product and sum 3.7 + 0.9 pJ, 64 bits from a cache of
 * 1 MiB 100 pJ, 64 bits from DRAM at least 1.3 nJ.
 *
 * <p>A product of w and a bits takes {@code w·a/64} of the 8-bit one (so 3.2 pJ at 32 bits, where the figure has 3.1); every product is
 * summed in 32 bits. Each layer reads its inputs and weights once and writes its result once. Signals stay on the chip if their peak
 * fits there, weights if they fit beside that peak; else they come from DRAM.
 *
 * @param onChip  bytes
 * @param onChipByte pJ
 * @param dramByte pJ
 * @param product  pJ, of two 8-bit numbers
 * @param sum      pJ
 * @param floatMac pJ
 */
public record Energy(
        @Option(value = "memory on the chip", byDefault = "1 MiB", unit = "bytes", min = 0) double onChip,
        @Option(value = "energy of a byte read or written there", byDefault = "12.5 pJ/B", unit = "pJ/B", min = 0) double onChipByte,
        @Option(value = "energy of a byte of DRAM", byDefault = "162.5 pJ/B", unit = "pJ/B", min = 0) double dramByte,
        @Option(value = "energy of a product of two 8-bit numbers", byDefault = "0.2 pJ", unit = "pJ", min = 0) double product,
        @Option(value = "energy of a sum of 32-bit integers", byDefault = "0.1 pJ", unit = "pJ", min = 0) double sum,
        @Option(value = "energy of a product and a sum of float32", byDefault = "4.6 pJ", unit = "pJ", min = 0) double floatMac)
        implements ScheduleCostModel {

    private static final double PICOJOULES = 1e-6;

    /** @throws IllegalArgumentException if it would pay to have less memory, or fewer bits: costs would not be monotone */
    public Energy {
        if (dramByte < onChipByte) {
            throw new IllegalArgumentException("a byte of DRAM takes " + dramByte + " pJ, less than one on the chip, " + onChipByte + " pJ");
        }
        if (floatMac < product + sum) {
            throw new IllegalArgumentException("a float product and sum take " + floatMac + " pJ, less than those of 8 bits, " + (product + sum) + " pJ");
        }
    }

    @Override
    public String unit() {
        return "µJ";
    }

    @Override
    public double[] perStep(Schedule schedule) {
        double peak = Arrays.stream(schedule.held()).max().orElse(0);
        double weights = schedule.steps().stream().mapToDouble(Schedule.Step::weights).sum();
        double signalByte = peak <= onChip ? onChipByte : dramByte;
        double weightByte = peak + weights <= onChip ? onChipByte : dramByte;
        return schedule.steps().stream().mapToDouble(step -> PICOJOULES
                * (step.macs() * mac(step) + schedule.signalTraffic(step) * signalByte + step.weights() * weightByte)).toArray();
    }

    private double mac(Schedule.Step step) {
        boolean integers = step.operandBits() < Weight.FLOAT;
        return integers ? product * step.weightBits() * step.signalBits() / 64 + sum : floatMac;
    }
}
