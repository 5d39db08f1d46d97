package io.fullynested.c;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.Attention;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.OperatorVisitor;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;
import io.fullynested.api.graph.Window;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Signal;
import io.fullynested.core.integer.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How each operator is written in C: constants, and a call of a routine. Each gives what its sums end in. */
final class Kernels implements OperatorVisitor<Finish> {

    private static final int FINISH = 8;
    /** Of codes that stay as they are. */
    private static final Finish STILL = new Finish(1, 0, 0, Optional.empty(), Signal.numbers(0));

    private final Lowering file;
    private final Unit unit;
    private final Step step;
    private final Node node;
    private final List<Signal> inputs;
    private final List<Shape> shapes;

    Kernels(Lowering file, int position) {
        this.file = file;
        this.unit = file.unit();
        this.step = file.steps().get(position);
        this.node = step.head();
        this.inputs = step.inputs().stream().map(input -> file.steps().get(input).result()).toList();
        this.shapes = file.graph().inputShapes(node);
    }

    @Override
    public Finish input(Input input) {
        Optional<Normalize> normalization = step.normalization();
        if (!step.result().rounded()) {
            throw refuse("what goes in is not rounded. Maybe quantization: {activations: {bits: 8}}?");
        }
        if (!input.values().bounded()) {
            throw refuse("it takes any number, where a device gives bytes. Maybe range: [0, 1]?");
        }
        Finish finish = Finish.of(step.normalized(), 1, 1);
        int channels = node.shape().channels();
        long[] factors = new long[channels];
        long[] offsets = new long[channels];
        for (int c = 0; c < channels; c++) {
            int channel = c;
            double mean = normalization.map(normalize -> (double) file.numbers().value(normalize.mean())[channel]).orElse(0.0);
            double deviation = normalization.map(normalize -> (double) file.numbers().value(normalize.deviation())[channel]).orElse(1.0);
            double unitOf = deviation * finish.unit();
            factors[c] = fixed((input.values().most() - input.values().least()) / 255 / unitOf);
            offsets[c] = fixed((input.values().least() - mean) / unitOf);
        }
        String given = unit.structure("pixels", 24, unit.array("int64_t", Long.BYTES, "factors", factors) + ", "
                + unit.array("int64_t", Long.BYTES, "offsets", offsets) + ", " + unit.finish(finish) + ", " + channels + ", " + node.shape().positions() + ", "
                + step.result().bits() + ", " + PIXEL_SHIFT);
        unit.call(unit.routine(Routine.PIXELS) + "(" + given + ", " + file.argument(node) + ", " + file.result() + ")");
        return finish;
    }

    /** Bits of fraction of what pixels are multiplied by. */
    private static final int PIXEL_SHIFT = 36;

    private long fixed(double real) {
        if (!(Math.abs(real) < 1 << 18)) {
            throw refuse("its deviation is next to nothing");
        }
        return Factor.at(real, PIXEL_SHIFT);
    }

    @Override
    public Finish normalize(Normalize normalize) {
        throw refuse("it stands elsewhere than behind what goes in");
    }

    @Override
    public Finish convolution(Convolution convolution) {
        Shape x = shapes.get(0);
        Shape y = node.shape();
        int groups = convolution.groups();
        int inner = x.channels() / groups;
        Window window = convolution.window();
        if (y.positions() == 1 && groups == 1 && window.taps() == 1) {
            return dense(convolution, x.channels());
        }
        // where a window is one pixel, rows do not matter
        boolean row = window.equals(Window.of(1)) && x.positions() <= Unit.MOST;
        Layered layered = layered(convolution);
        int perGroup = y.channels() / groups;
        Routine routine = perGroup == 1 ? Routine.DEPTHWISE : Routine.CONVOLUTION;
        unit.call(unit.routine(routine, inputs.get(0), layered.bits()) + "(" + layered.structure() + ", "
                + (row ? window(Window.of(1), 1, x.positions(), 1, y.positions()) : window(window, x.height(), x.width(), y.height(), y.width())) + ", "
                + y.channels() + ", " + inner + ", " + (perGroup == 1 ? "" : perGroup + ", ") + file.operand(0) + ", " + file.result() + ")");
        return layered.finish();
    }

    @Override
    public Finish dense(Dense dense) {
        return dense(dense, shapes.get(0).channels());
    }

    private Finish dense(Layer layer, int features) {
        requireCodes(layer);
        if (!inputs.get(0).parts().isEmpty()) {
            return joined(layer, features);
        }
        Layered layered = layered(layer);
        unit.call(unit.routine(Routine.DENSE, inputs.get(0), layered.bits()) + "(" + layered.structure() + ", " + node.shape().channels() + ", " + features
                + ", " + file.operand(0) + ", " + file.result() + ")");
        return layered.finish();
    }

    private record Layered(String structure, int bits, Finish finish) {
    }

    /** Of a signal that joins several. */
    private Finish joined(Layer layer, int features) {
        Signal x = inputs.get(0);
        Optional<JoinedSums.Before> before = LayerSums.joined(file.numbers(), layer, x);
        Finish finish = before.map(known -> Finish.of(step, known.bound(), known.coarsest())).orElseGet(() -> Finish.of(step, 1, 1));
        int outputs = node.shape().channels();
        JoinedSums sums = before.map(known -> known.finished(finish))
                .orElseGet(() -> JoinedSums.sized(outputs, layer.weight().slice().elements(), layer.weight().bits(), x.parts().size()));
        Optional<SharedWeights.Read> read = unit.shared() ? Optional.of(file.read(node)) : Optional.empty();
        List<String> parts = new ArrayList<>();
        for (int p = 0; p < sums.factors().size(); p++) {
            long[] factors = sums.factors().get(p);
            read.ifPresent(one -> Arrays.setAll(factors, o -> one.signs()[o] * factors[o]));
            // each code has the bits of the widest
            parts.add("{" + unit.array("int32_t", Integer.BYTES, "factors", factors) + ", " + x.parts().get(p).elements() + ", "
                    + (x.parts().get(p).signed() ? -x.bits() : x.bits()) + "}");
        }
        String end = "0, 0, " + unit.finish(finish) + ", " + step.result().bits();
        String structure = read.map(one -> unit.structure("layer", FINISH + 20, one.array() + ", " + end + ", " + tables(one)))
                .orElseGet(() -> unit.structure("layer", FINISH + 8, unit.array("uint8_t", 1, "weights", sums.weights()) + ", " + end));
        unit.call(unit.joined(read.map(SharedWeights.Read::storedBits).orElse(sums.bits())) + "(" + structure + ", " + unit.structures("part", 12, parts) + ", "
                + parts.size() + ", " + unit.array("int64_t", Long.BYTES, "starts", sums.starts()) + ", " + sums.shift() + ", " + outputs + ", " + features + ", "
                + file.operand(0) + ", " + file.result() + ")");
        return finish;
    }

    private static String tables(SharedWeights.Read read) {
        return read.drop() + ", " + (read.odd() ? 1 : 0) + ", " + read.taps() + ", " + read.rows() + ", " + read.columns();
    }

    private void requireCodes(Layer layer) {
        if (!layer.weight().quantized()) {
            throw refuse("its weights are not quantised. Maybe quantization: {weights: {bits: 8}}, and no quantize: false?");
        }
    }

    private Layered layered(Layer layer) {
        requireCodes(layer);
        Signal x = rounded(0);
        Sums sums = LayerSums.sums(file.numbers(), node, layer, x);
        Finish finish = Finish.of(step, sums.bound(), sums.coarsest());
        LayerData data = sums.finished(finish, unit.shared());
        return unit.shared() ? shared(finish, data) : own(layer, finish, data);
    }

    private Layered own(Layer layer, Finish finish, LayerData data) {
        if (data.bits() != layer.weight().bits()) {
            file.note("The weights of " + node.name() + " take 8 bits each, as not all of them are codes of " + layer.weight().bits() + ".");
        }
        String structure = unit.structure("layer", FINISH + 8, unit.array("uint8_t", 1, "weights", data.weights()) + ", " + sums(finish, data));
        return new Layered(structure, data.bits(), finish);
    }

    /** Of a member of a family; where a batch norm turned a channel round, its bias and factor are turned in the place of its weights. */
    private Layered shared(Finish finish, LayerData data) {
        SharedWeights.Read read = file.read(node);
        for (int o = 0; o < read.signs().length; o++) {
            if (read.signs()[o] < 0) {
                data.biases()[o] = -data.biases()[o];
                data.factors()[o] = Factor.negated((int) data.factors()[o]);
            }
        }
        String structure = unit.structure("layer", FINISH + 20, read.array() + ", " + sums(finish, data) + ", " + tables(read));
        return new Layered(structure, read.storedBits(), finish);
    }

    private String sums(Finish finish, LayerData data) {
        return unit.array("int32_t", Integer.BYTES, "biases", data.biases()) + ", " + unit.array("int32_t", Integer.BYTES, "factors", data.factors()) + ", "
                + unit.finish(finish) + ", " + step.result().bits();
    }

    private String window(Window window, int inRows, int inColumns, int rows, int columns) {
        Window.Side down = window.rows();
        Window.Side across = window.columns();
        int[] numbers = {down.kernel(), across.kernel(), down.stride(), across.stride(), down.padding(), across.padding(), down.dilation(), across.dilation()};
        if (Math.max(inRows, inColumns) > Unit.MOST || Arrays.stream(numbers).anyMatch(number -> number > 255)) {
            throw refuse("its window or image is larger than 255 or 65,535 pixels");
        }
        return unit.common("window", 16, inRows + ", " + inColumns + ", " + rows + ", " + columns + ", "
                + Arrays.stream(numbers).mapToObj(String::valueOf).collect(Collectors.joining(", ")));
    }

    private String window(Window window) {
        return window(window, shapes.get(0).height(), shapes.get(0).width(), node.shape().height(), node.shape().width());
    }

    @Override
    public Finish batchNorm(BatchNorm norm) {
        throw refuse("it does not follow a convolution or dense layer that it could be folded into");
    }

    @Override
    public Finish activate(Activate activate) {
        return copied();
    }

    @Override
    public Finish fakeQuantize(FakeQuantize quantize) {
        return copied();
    }

    /** Each code becomes another. */
    private Finish copied() {
        Moved moved = moved(rounded(0), 1);
        copy(moved, step.result().elements(), 0, 0, 0);
        return moved.finish();
    }

    private void copy(Moved moved, int count, int input, int first, int to) {
        boolean still = moved.factor() == 0 && first == 0 && to == 0 && file.operand(input).equals(file.result())
                && inputs.get(input).bits() == step.result().bits();
        if (!still) {
            unit.call(unit.routine(Routine.COPY) + "(" + moved.structure() + ", " + count + ", " + file.operand(input) + ", " + first + ", " + file.result()
                    + ", " + to + ")");
        }
    }

    private record Moved(String structure, int factor, Finish finish) {
    }

    /** @param share what a code that is moved, or a sum of codes, is multiplied by */
    private Moved moved(Signal from, double share) {
        Signal to = step.result();
        Finish finish = Finish.of(step, from.magnitude() * from.step(), from.step() * share);
        boolean same = share == 1 && from.step() == finish.unit() && step.functions().stream().noneMatch(one -> one.activation().isPresent())
                && from.means(to) && from.bits() <= to.bits();
        int factor = same ? 0 : Factor.of(from.step() * share / finish.unit());
        return new Moved(unit.structure("move", FINISH, unit.finish(finish) + ", " + factor + ", " + Unit.bits(from) + ", " + to.bits()), factor, finish);
    }

    @Override
    public Finish add(Add add) {
        Signal a = rounded(0);
        Signal b = rounded(1);
        Finish finish = Finish.of(step, a.magnitude() * a.step() + b.magnitude() * b.step(), Math.max(a.step(), b.step()));
        double ofA = a.step() / finish.unit();
        double ofB = b.step() / finish.unit();
        int shift = Factor.shift(ofA, ofB);
        unit.call(unit.routine(Routine.ADD) + "(" + unit.structure("add", FINISH + 4, unit.finish(finish) + ", " + Factor.at(ofA, shift) + ", "
                + Factor.at(ofB, shift) + ", " + shift + ", " + Unit.bits(a) + ", " + Unit.bits(b) + ", " + step.result().bits()) + ", " + step.result().elements()
                + ", " + file.operand(0) + ", " + file.operand(1) + ", " + file.result() + ")");
        return finish;
    }

    @Override
    public Finish multiply(Multiply multiply) {
        Signal x = rounded(0);
        Signal gate = rounded(1);
        double unitOf = x.step() * gate.step();
        Finish finish = Finish.of(step, unitOf * x.magnitude() * gate.magnitude(), unitOf);
        unit.call(unit.routine(Routine.MULTIPLY) + "(" + unit.structure("multiply", FINISH, unit.finish(finish) + ", " + Factor.of(unitOf / finish.unit())
                + ", " + Unit.bits(x) + ", " + Unit.bits(gate) + ", " + step.result().bits()) + ", " + gate.elements() + ", " + x.elements() / gate.elements() + ", "
                + file.operand(0) + ", " + file.operand(1) + ", " + file.result() + ")");
        return finish;
    }

    @Override
    public Finish concat(Concat concat) {
        Finish finish = null;
        int to = 0;
        boolean joined = !step.result().parts().isEmpty();
        if (joined && !step.tail().stream().allMatch(one -> one.operator().keepsCodes())) {
            throw refuse("the signals that it joins are rounded to codes of different steps, which a dense layer takes, but no " + step.tail().get(0).name());
        }
        for (int i = 0; i < inputs.size(); i++) {
            Signal part = rounded(i);
            Moved moved = joined ? new Moved(unit.structure("move", FINISH, unit.finish(STILL) + ", 0, " + Unit.bits(part) + ", " + step.result().bits()), 0, null)
                    : moved(part, 1);
            copy(moved, part.elements(), i, 0, to);
            to += part.elements();
            finish = moved.finish();
        }
        return finish;
    }

    @Override
    public Finish slice(Slice slice) {
        Moved moved = moved(rounded(0), 1);
        copy(moved, step.result().elements(), 0, slice.from() * node.shape().positions(), 0);
        return moved.finish();
    }

    @Override
    public Finish permute(Permute permute) {
        Moved moved = moved(rounded(0), 1);
        String order = unit.table("order", permute.order().stream().mapToInt(Integer::intValue).toArray());
        unit.call(unit.routine(Routine.PERMUTE) + "(" + moved.structure() + ", " + order + ", " + permute.order().size() + ", " + node.shape().positions()
                + ", " + file.operand(0) + ", " + file.result() + ")");
        return moved.finish();
    }

    @Override
    public Finish flatten(Flatten flatten) {
        return copied();
    }

    @Override
    public Finish maxPool(MaxPool pool) {
        return pool(pool.window(), 1, 1);
    }

    @Override
    public Finish averagePool(AveragePool pool) {
        return pool(pool.window(), 0, 1.0 / pool.window().taps());
    }

    private Finish pool(Window window, int greatest, double share) {
        Moved moved = moved(rounded(0), share);
        unit.call(unit.routine(Routine.POOL) + "(" + moved.structure() + ", " + window(window) + ", " + greatest + ", " + node.shape().channels() + ", "
                + file.operand(0) + ", " + file.result() + ")");
        return moved.finish();
    }

    @Override
    public Finish globalAveragePool(GlobalAveragePool pool) {
        int positions = shapes.get(0).positions();
        Moved moved = moved(rounded(0), 1.0 / positions);
        unit.call(unit.routine(Routine.MEANS) + "(" + moved.structure() + ", " + node.shape().channels() + ", " + positions + ", " + file.operand(0) + ", "
                + file.result() + ")");
        return moved.finish();
    }

    @Override
    public Finish layerNorm(LayerNorm norm) {
        throw refuse("it needs roots and quotients");
    }

    @Override
    public Finish resize(Resize resize) {
        Moved moved = moved(rounded(0), 1);
        unit.call(unit.routine(Routine.RESIZE) + "(" + moved.structure() + ", " + window(Window.of(1)) + ", " + node.shape().channels() + ", " + resize.rows()
                + ", " + resize.columns() + ", " + file.operand(0) + ", " + file.result() + ")");
        return moved.finish();
    }

    @Override
    public Finish softmax(Softmax softmax) {
        throw refuse("it needs exponentials and quotients. Maybe a network that ends in its logits, of which the greatest is that of the softmax?");
    }

    @Override
    public Finish tokens(Tokens tokens) {
        throw refuse("it is of sequences, which have no integer form here");
    }

    @Override
    public Finish steps(Steps steps) {
        throw refuse("it is of sequences, which have no integer form here");
    }

    @Override
    public Finish positions(Positions positions) {
        throw refuse("it adds a table of numbers, which has no integer form here");
    }

    @Override
    public Finish attention(Attention attention) {
        throw refuse("it needs exponentials and quotients");
    }

    @Override
    public Finish outputs(Outputs outputs) {
        return null;
    }

    private Signal rounded(int input) {
        if (!inputs.get(input).rounded()) {
            throw refuse("what goes in from " + file.steps().get(step.inputs().get(input)).head().name()
                    + " is not rounded. Maybe quantization: {activations: {bits: 8}}, and no quantize: false before it?");
        }
        if (!inputs.get(input).parts().isEmpty()) {
            throw refuse("what goes in joins signals that are rounded to codes of different steps, which only a dense layer takes in C");
        }
        return inputs.get(input);
    }

    private NoIntegerFormException refuse(String why) {
        return NoIntegerFormException.of(node, why);
    }
}
