package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** What networks cost: those costs that follow from the network alone, and those of devices that somebody describes. */
public final class HardwarePlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "hardware";
    }

    @Override
    public List<Factory<CostModel>> costModels() {
        return List.of(
                Factory.of("macs", "multiply-accumulates per image", new Macs()),
                Factory.of("flops", "additions, multiplications and comparisons per image", new Flops()),
                Factory.of("bops", "bit operations per image: weight bits × activation bits × MACs", new Bops()),
                Factory.of("params", "weights and biases, batch norms folded", new Params()),
                Factory.of("size", "bytes of the exported file", Size.class, CostModel.class),
                Factory.of("code-size", "bytes of the weights, scales and biases in the exported file", CodeSize.class, CostModel.class),
                Factory.of("executed-macs", "multiply-accumulates per image, zeros that the exported file puts between groups counted", ExecutedMacs.class,
                        CostModel.class),
                Factory.of("file-size", "what size was called before", FileSize.class, CostModel.class),
                Factory.of("peak-memory", "most bytes of signals held at once, one image", new PeakMemory()),
                Factory.of("memory-traffic", "bytes read and written per image", new MemoryTraffic()),
                Factory.of("measured-latency", "time of a batch in onnxruntime on this machine", MeasuredLatency.class, CostModel.class),
                Factory.of("energy", "energy per image, of products, sums and bytes moved", Energy.class, CostModel.class));
    }

    @Override
    public List<Factory<Device>> devices() {
        return List.of(
                Factory.of("roofline", "a processor, by its peak speed and memory bandwidth: latency, energy", Roofline.class, Device.class),
                Factory.of("fpga", "an FPGA with a tiled accelerator: latency, cycles, dsp, lut, bram", Fpga.class, Device.class),
                Factory.of("latency-table", "a machine, by times measured on it with ./fn measure: latency", LatencyTable.class, Device.class),
                Factory.of("onnxruntime", "this machine, each submodel measured in onnxruntime: latency", ThisMachine.class, Device.class));
    }
}
