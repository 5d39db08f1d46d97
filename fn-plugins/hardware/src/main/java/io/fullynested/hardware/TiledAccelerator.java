package io.fullynested.hardware;

import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Window;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * An array of {@code Tm × Tn} multipliers that computes a convolution in tiles of {@code Tm} output channels, {@code Tn} input channels
 * and {@code Tr × Tc} pixels, its buffers doubled so that a tile is loaded while another one is computed. The model of Zhang et al., FPGA
 * 2015, sections 3.2 and 4.2, which FPGA-implementation-aware search builds on (Jiang et al., "Accuracy vs. Efficiency", DAC 2019, and
 * Jiang et al., Super-LIP, TECS 2019, whose form of it this is, with one memory port for all). For a layer of M output and N input channels
 * in each of G groups, R × C pixels, kernel K and stride S, with tiles cut to the layer:
 *
 * <pre>
 * compute = K·K·Tr·Tc
 * load    = (Tn·(S·(Tr−1)+K)·(S·(Tc−1)+K)·activationBits + Tm·Tn·K·K·weightBits) / 8 / bytesPerCycle
 * store   = Tm·Tr·Tc·resultBits / 8 / bytesPerCycle
 * inner   = max(compute, load)
 * outer   = max(⌈N/Tn⌉·inner, store)
 * cycles  = G·⌈R/Tr⌉·⌈C/Tc⌉·⌈M/Tm⌉·outer + inner + store
 * </pre>
 *
 * A dense layer is a 1×1 convolution of one pixel. What has no weights streams its bytes through memory. The array and the buffers are
 * those of the widest codes and the largest kernel and stride of all layers:
 *
 * <pre>
 * DSP  = ⌈Tm·Tn / productsPerDsp(max(weightBits, activationBits))⌉
 * LUT  = Tm·Tn·(weightBits + activationBits + ⌈log2 Tn⌉)       one adder a product, one LUT a bit (Xilinx UG474, carry logic)
 * BRAM = 2·(Tn·⌈(S·(Tr−1)+K)·(S·(Tc−1)+K)·activationBits / 18 Ki⌉ + Tm·Tn·⌈K·K·weightBits / 18 Ki⌉ + Tm·⌈Tr·Tc·resultBits / 18 Ki⌉)
 * </pre>
 *
 * @param bytesPerCycle what memory moves in a cycle
 */
record TiledAccelerator(Fpga.Tile tile, PerBits productsPerDsp, double bytesPerCycle) {

    private static final double BLOCK = 18 * 1024;

    double cycles(Schedule schedule, Schedule.Step step) {
        if (step.weightBits() == 0) {
            return schedule.traffic(step) / bytesPerCycle;
        }
        Node node = step.layer();
        Layer layer = node.operator().layer().orElseThrow();
        int[] weight = layer.weight().slice().shape();
        int groups = layer.groups();
        int m = weight[0] / groups;
        int n = weight[1];
        int tm = Math.min(tile.out(), m);
        int tn = Math.min(tile.in(), n);
        int tr = Math.min(tile.rows(), node.shape().height());
        int tc = Math.min(tile.columns(), node.shape().width());
        Window window = layer.window();
        double taps = window.taps();
        double compute = taps * tr * tc;
        double load = (tn * pixels(window, tr, tc) * step.signalBits() + tm * tn * taps * step.weightBits()) / Byte.SIZE / bytesPerCycle;
        double store = (double) tm * tr * tc * step.resultBits() / Byte.SIZE / bytesPerCycle;
        double inner = Math.max(compute, load);
        double outer = Math.max(Math.ceil((double) n / tn) * inner, store);
        double tiles = Math.ceil((double) node.shape().height() / tr) * Math.ceil((double) node.shape().width() / tc) * Math.ceil((double) m / tm);
        return groups * tiles * outer + inner + store;
    }

    /** DSP slices of the array. */
    double dsp(Schedule schedule) {
        int bits = widest(schedule, Schedule.Step::operandBits);
        return bits == 0 ? 0 : Math.ceil(tile.out() * tile.in() / productsPerDsp.at(bits, widest(schedule).layer().name()));
    }

    /** LUTs of the adders. */
    double lut(Schedule schedule) {
        double sum = widest(schedule, Schedule.Step::weightBits) + widest(schedule, Schedule.Step::signalBits);
        return tile.out() * tile.in() * (sum + Math.ceil(Math.log(tile.in()) / Math.log(2)));
    }

    /** Block RAMs of 18 Kibit of the buffers. */
    double bram(Schedule schedule) {
        Window widest = new Window(greatest(schedule, Window::rows), greatest(schedule, Window::columns));
        double input = pixels(widest, tile.rows(), tile.columns()) * widest(schedule, Schedule.Step::signalBits);
        double weights = (double) widest.taps() * widest(schedule, Schedule.Step::weightBits);
        double output = (double) tile.rows() * tile.columns() * widest(schedule, Schedule.Step::resultBits);
        return 2 * (tile.in() * Math.ceil(input / BLOCK) + tile.out() * tile.in() * Math.ceil(weights / BLOCK)
                + tile.out() * Math.ceil(output / BLOCK));
    }

    private static double pixels(Window window, int rows, int columns) {
        return (double) (window.rows().stride() * (rows - 1) + window.rows().reach())
                * (window.columns().stride() * (columns - 1) + window.columns().reach());
    }

    /** The greatest kernel and stride in one direction. */
    private Window.Side greatest(Schedule schedule, Function<Window, Window.Side> direction) {
        return new Window.Side(widest(schedule, step -> direction.apply(window(step.layer())).kernel()),
                widest(schedule, step -> direction.apply(window(step.layer())).stride()), 0, 1);
    }

    private static Window window(Node node) {
        return node.operator().layer().orElseThrow().window();
    }

    /** The greatest value of a layer with weights. */
    private static int widest(Schedule schedule, ToIntFunction<Schedule.Step> value) {
        return schedule.steps().stream().filter(step -> step.weightBits() > 0).mapToInt(value).max().orElse(0);
    }

    private static Schedule.Step widest(Schedule schedule) {
        return schedule.steps().stream().filter(step -> step.weightBits() > 0)
                .max((a, b) -> Integer.compare(a.operandBits(), b.operandBits())).orElseThrow();
    }
}
