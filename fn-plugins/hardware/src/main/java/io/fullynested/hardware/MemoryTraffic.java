package io.fullynested.hardware;

/**
 * Bytes that are read and written for one image if each layer reads its inputs and weights once and writes its result once, every number
 * in the bits of its code. Batch norms, activation functions and rounding are part of the layer before them. This is the denominator of
 * the operational intensity of Williams et al., Roofline, CACM 2009, without a cache between layers.
 */
public record MemoryTraffic() implements ScheduleCostModel {

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public double[] perStep(Schedule schedule) {
        return schedule.steps().stream().mapToDouble(schedule::traffic).toArray();
    }
}
